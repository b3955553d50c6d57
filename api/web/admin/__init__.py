"""Pages of administrators: people and their logins, devices, what was done, a new site."""
