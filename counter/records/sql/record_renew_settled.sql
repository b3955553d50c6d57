-- A damaged record stays as it is: its checksum must not become right.
update record set settled_ms = ?, crc = checksum('record', seq, kind, start_ms, bytes, ?)
where settled_ms < ? and crc = checksum('record', seq, kind, start_ms, bytes, settled_ms)
