select kind, max(start_ms) from record where start_ms > 0 group by kind
