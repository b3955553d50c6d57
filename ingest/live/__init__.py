"""What is true now: live ticks and the state of devices."""
