select current_setting('server_version_num')::integer, (select extversion from pg_extension where extname = 'timescaledb')
