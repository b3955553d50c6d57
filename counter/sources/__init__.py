"""Where detections come from: one port, one adapter a kind of sensor, and the registry of kinds."""
