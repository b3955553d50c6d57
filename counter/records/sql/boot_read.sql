select one, boot_id, clock_known, about, at_ms, uses, state, crc from boot
