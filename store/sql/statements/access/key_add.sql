select writing.key_add(
  %(by)s, %(name)s, %(prefix)s, %(secret_sha256)s, %(role)s, %(sites)s::text[], %(expires_at)s::timestamptz,
  %(role_at)s::jsonb
)
