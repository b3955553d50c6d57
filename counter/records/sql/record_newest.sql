select seq, kind, start_ms, bytes, settled_ms, crc from record where settled_ms is null and seq > ? order by seq desc limit ?
