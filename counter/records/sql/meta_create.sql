insert into meta (one, epoch, previous_epoch, created_ms) values (1, ?, ?, ?)
