insert into record (seq, kind, start_ms, bytes, crc) values (?, ?, ?, ?, ?)
