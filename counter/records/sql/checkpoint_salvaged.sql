insert or ignore into checkpoint (one, fingerprint, at_ms, uses, state, crc) values (?, ?, ?, ?, ?, ?)
