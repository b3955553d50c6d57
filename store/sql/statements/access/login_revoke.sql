select writing.login_revoke(%(by)s, %(login)s)
