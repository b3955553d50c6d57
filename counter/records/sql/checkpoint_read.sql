select one, fingerprint, at_ms, uses, state, crc from checkpoint
