"""Figures for everybody: a fixed grid, and no cell that speaks of fewer than five."""
