select seq, kind, start_ms, bytes, settled_ms, crc from record
