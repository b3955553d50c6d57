update record set settled_ms = ? where settled_ms < ?
