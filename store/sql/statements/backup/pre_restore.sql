select timescaledb_pre_restore()
