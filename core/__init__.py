"""What every program shares, once: the wire, ranges, logs, the clock."""
