select epoch, previous_epoch, created_ms, began_ms, last_seq, records, bytes, retired from meta
