select seq, bytes from record where settled_ms is null and seq > ? order by seq limit ?
