select bytes from record where kind = 'flow' and start_ms >= ? and start_ms < ? order by start_ms
