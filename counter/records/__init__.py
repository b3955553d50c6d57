"""Records on the device's own disk: checkpoint, outbox, one-second tallies."""
