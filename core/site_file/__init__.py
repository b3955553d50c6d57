"""The site file: what stands in it, and all that may be wrong with it, without a database. docs/site-file.md."""
