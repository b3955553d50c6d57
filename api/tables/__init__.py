"""The rows of answers: one model is one row of a statement, one object of JSON, one line of CSV."""
