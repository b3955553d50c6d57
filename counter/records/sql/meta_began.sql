update meta set began_ms = ? where began_ms is null
