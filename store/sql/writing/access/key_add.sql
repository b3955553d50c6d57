-- needs: writing.site_ids, writing.access_roles
-- A key for a program. Its secret was made by who calls, is shown once and never comes here: only its SHA-256.
create function writing.key_add(
  p_by text, p_name text, p_prefix text, p_secret_sha256 bytea, p_role text, p_sites text[], p_expires_at timestamptz,
  p_role_at jsonb default null
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  made platspuls.access_key;
begin
  if p_name is null or p_name !~ '^[a-z0-9][a-z0-9-]{0,39}$' then
    raise exception 'name %: a key''s name has 1 to 40 of a-z, 0-9 and -', p_name using errcode = '22023';
  end if;
  if p_role is null or p_role not in ('public', 'staff', 'evaluator', 'funder', 'admin') then
    raise exception 'role %: roles are public, staff, evaluator, funder and admin', p_role using errcode = '22023';
  end if;
  if p_expires_at <= now() then
    raise exception 'expires_at %: that is past', p_expires_at using errcode = '22023';
  end if;
  if exists (select from platspuls.access_key where name = p_name) then
    raise exception 'name %: there is or was such a key, and names are never given twice', p_name using errcode = '23505';
  end if;
  insert into platspuls.access_key (name, prefix, secret_sha256, role, site_ids, made_by, expires_at)
  values (p_name, p_prefix, p_secret_sha256, p_role, writing.site_ids(writing.access_sites(p_sites, p_role_at)), p_by, p_expires_at)
  returning * into made;
  perform writing.access_roles_put(
    made.key_id, null, p_role_at, array['public', 'staff', 'evaluator', 'funder', 'admin']
  );
  perform platspuls.audit_note(
    p_by, null, 'add', 'key', made.name, null,
    jsonb_build_object('role', made.role, 'sites', p_sites, 'expires_at', made.expires_at, 'prefix', made.prefix)
      || case when p_role_at is null then '{}' else jsonb_build_object('role_at', p_role_at) end
  );
  return made.key_id;
end;
$$;
