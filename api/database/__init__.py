"""The API's way to the database: statements that read, commands that write."""
