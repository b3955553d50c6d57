select writing.session_revoke(%(by)s, %(session)s)
