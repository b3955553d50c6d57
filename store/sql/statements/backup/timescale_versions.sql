select version from pg_available_extension_versions where name = 'timescaledb' order by version
