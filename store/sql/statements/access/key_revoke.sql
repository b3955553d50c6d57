select writing.key_revoke(%(by)s, %(name)s)
