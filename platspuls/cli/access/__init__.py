"""Commands about keys and logins of the API."""
