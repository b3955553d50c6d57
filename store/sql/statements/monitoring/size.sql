select bytes, limit_bytes from reading.store_size
