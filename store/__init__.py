"""The database: connection, migrations, the reading and writing contracts, and what people do with it."""
