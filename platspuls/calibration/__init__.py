"""Calibrations on the command line: the CSV of sessions counted by hand, and what the store is asked and told."""
