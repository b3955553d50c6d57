update platspuls.site set version = version + 1, file_sha256 = %(file_sha256)s where key = %(site)s
