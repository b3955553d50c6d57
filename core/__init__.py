"""What every program shares, once: the wire, ranges, back-off, logging, settings, the clock, SQLSTATEs, texts."""
