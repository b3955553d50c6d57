"""Whether a counter is set up so that it can count: watches for a while, measures, and judges by fixed rules."""
