update record set settled_ms = null where seq between ? and ? and settled_ms is not null
