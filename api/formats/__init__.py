"""The forms of an answer: JSON, CSV, Parquet, XLSX, and what each says about itself."""
