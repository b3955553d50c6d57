-- The roles that the key or login with this prefix has at some of its sites, instead of its own; null: at none.
create function reading.roles_at_sites(p_prefix text) returns jsonb
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select jsonb_object_agg(site.key, access_role.role)
  from access_role
  join site using (site_id)
  where key_id = (select key_id from access_key where prefix = p_prefix)
    or session_id = (select session_id from access_session where prefix = p_prefix)
$$;
