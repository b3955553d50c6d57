-- The session with this prefix, if it goes on now. Who asks compares the hash.
create function writing.find_session(p_prefix text) returns table (
  name text, role text, sites text[], secret_sha256 bytea, expires_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select session_id || ' ' || name, role, writing.site_keys(site_ids), secret_sha256, expires_at
  from platspuls.access_session
  where prefix = p_prefix and ended_at is null and expires_at > now()
$$;
