select found.*, writing.key_roles(found.name) as role_at from writing.key_list() as found
