-- needs: writing.site_keys
-- All keys, without anything that a key could be made from.
create function writing.key_list() returns table (
  name text, role text, sites text[], made_at timestamptz, made_by text, expires_at timestamptz, revoked_at timestamptz,
  revoked_by text, used_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select name, role, writing.site_keys(site_ids), made_at, made_by, expires_at, revoked_at, revoked_by, used_at
  from platspuls.access_key
  order by key_id
$$;
