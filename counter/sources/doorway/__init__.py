"""Doorways that are watched by two channels, one behind the other: light beams, or the two zones of a ranger."""
