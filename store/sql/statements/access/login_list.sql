select found.*, writing.login_roles(found.login) as role_at from writing.login_list() as found
