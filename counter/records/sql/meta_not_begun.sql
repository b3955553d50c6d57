update meta set began_ms = null
