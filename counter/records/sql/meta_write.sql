insert into meta (one, epoch, previous_epoch, created_ms, began_ms, last_seq, crc) values (?, ?, ?, ?, ?, ?, ?)
on conflict (one) do update
set epoch = excluded.epoch, previous_epoch = excluded.previous_epoch, created_ms = excluded.created_ms,
  began_ms = excluded.began_ms, last_seq = excluded.last_seq, crc = excluded.crc
