"""Who may authenticate, as an operator sets it: keys and logins of the API, logins of the database."""
