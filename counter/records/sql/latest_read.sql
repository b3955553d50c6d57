select kind, start_ms from latest
