update meta
set epoch = ?, previous_epoch = ?, created_ms = ?, last_seq = ?, retired = 0,
  records = (select count(*) from record), bytes = (select coalesce(sum(length(bytes)), 0) from record)
