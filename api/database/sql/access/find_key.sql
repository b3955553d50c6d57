select *, reading.roles_at_sites(%(prefix)s) as role_at from reading.find_key(%(prefix)s)
