select version from reading.schema_version
