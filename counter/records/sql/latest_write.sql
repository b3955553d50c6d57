insert into latest (kind, start_ms, crc) values (?, ?, ?)
on conflict (kind) do update set start_ms = excluded.start_ms, crc = excluded.crc
