insert into boot (one, boot_id, clock_known, about, at_ms, uses, state, crc) values (1, ?, ?, ?, ?, 0, ?, ?)
on conflict (one) do update
set boot_id = excluded.boot_id, clock_known = excluded.clock_known, about = excluded.about, at_ms = excluded.at_ms,
  uses = 0, state = excluded.state, crc = excluded.crc
