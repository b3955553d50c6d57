select one, epoch, previous_epoch, created_ms, began_ms, last_seq, records, bytes, crc from meta
