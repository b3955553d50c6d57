select *, reading.roles_at_sites(%(prefix)s) as role_at from reading.find_login(%(prefix)s)
