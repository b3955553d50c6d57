insert or ignore into record (seq, kind, start_ms, bytes, settled_ms, crc) values (?, ?, ?, ?, ?, ?)
