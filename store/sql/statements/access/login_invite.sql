select writing.login_invite(
  %(by)s, %(name)s, %(role)s, %(sites)s::text[], %(code_sha256)s, %(code_lifetime)s::interval, %(lifetime)s::interval,
  %(role_at)s::jsonb
)
