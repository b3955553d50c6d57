"""Calibrations on the command line: the CSV of counting rounds, and what the store is asked and given."""
