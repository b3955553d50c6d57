select seq from record where settled_ms is null order by seq limit ?
