select one, epoch, previous_epoch, created_ms, began_ms, last_seq, crc from meta_copy
