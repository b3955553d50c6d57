-- The key with this prefix, if it is good now. Who asks compares the hash. It is made of 256 random bits, so that whoever
-- reads it can do nothing with it; and no reader can list keys, since a prefix must be known.
create function reading.find_key(p_prefix text) returns table (
  name text, role text, sites text[], secret_sha256 bytea, expires_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select
    name,
    role,
    case when site_ids is not null then array(select key from site where site_id = any (site_ids) order by key) end,
    secret_sha256,
    expires_at
  from access_key
  where prefix = p_prefix and revoked_at is null and (expires_at is null or expires_at > now())
$$;
