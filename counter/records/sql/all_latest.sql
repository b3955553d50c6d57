select kind, start_ms, crc from latest
