"""Frames of a clip or a live camera, and a detector: a source that leaves nothing of a picture but points."""
