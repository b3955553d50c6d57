update record set settled_ms = ? where seq between ? and ? and settled_ms is null
