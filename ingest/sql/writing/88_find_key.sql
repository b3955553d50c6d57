-- The key with this prefix, if it is good now. Who asks compares the hash.
create function writing.find_key(p_prefix text) returns table (
  name text, role text, sites text[], secret_sha256 bytea, expires_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select name, role, writing.site_keys(site_ids), secret_sha256, expires_at
  from platspuls.access_key
  where prefix = p_prefix and revoked_at is null and (expires_at is null or expires_at > now())
$$;
