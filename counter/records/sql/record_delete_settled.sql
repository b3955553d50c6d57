delete from record where settled_ms is not null
