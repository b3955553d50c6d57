select timescaledb_post_restore()
