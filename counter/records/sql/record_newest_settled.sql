select max(settled_ms) from record where settled_ms is not null
