-- A damaged record stays as it is: its checksum must not become right.
update record set settled_ms = null, crc = checksum('record', seq, kind, start_ms, bytes, null)
where seq between ? and ? and settled_ms is not null
  and crc = checksum('record', seq, kind, start_ms, bytes, settled_ms)
