select count(*) from record where settled_ms is null
