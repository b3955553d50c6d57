insert into checkpoint (one, fingerprint, at_ms, state, crc) values (1, ?, ?, ?, ?)
on conflict (one) do update
set fingerprint = excluded.fingerprint, at_ms = excluded.at_ms, uses = 0, state = excluded.state, crc = excluded.crc
