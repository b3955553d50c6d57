select epoch, previous_epoch, created_ms, began_ms, last_seq from meta
