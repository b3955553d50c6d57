"""Thermal arrays that look straight down: warm spots against the floor."""
