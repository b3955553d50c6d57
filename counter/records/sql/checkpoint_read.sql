select fingerprint, at_ms, uses, state from checkpoint
