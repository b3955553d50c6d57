select from pg_catalog.pg_extension where extname = 'timescaledb'
