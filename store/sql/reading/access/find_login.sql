-- The login with this prefix, if it is good now: as reading.find_key.
create function reading.find_login(p_prefix text) returns table (
  name text, role text, sites text[], secret_sha256 bytea, expires_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select
    session_id || ' ' || name,
    role,
    case when site_ids is not null then array(select key from site where site_id = any (site_ids) order by key) end,
    secret_sha256,
    expires_at
  from access_session
  where prefix = p_prefix and ended_at is null and expires_at > now()
$$;
