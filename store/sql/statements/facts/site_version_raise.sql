update platspuls.site set version = version + 1 where key = %(site)s
