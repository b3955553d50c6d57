"""Who may come in, as an operator sets it: keys and logins of the API, logins of the database, revoked devices."""
