"""Weights of detectors: where their makers publish them, under which licence, and how they get onto this machine."""
