select boot_id, clock_known, about, at_ms, uses, state from boot
