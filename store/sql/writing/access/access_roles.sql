-- Roles that differ by site, {"SITE": "ROLE"}, as a key or a login is made with them; null: none differ.
create function writing.access_roles_put(
  p_key_id integer, p_session_id integer, p_role_at jsonb, p_possible text[]
) returns void
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  wrong record;
begin
  if jsonb_typeof(p_role_at) <> 'object' then
    raise exception 'role_at must be an object of roles by site' using errcode = '22023';
  end if;
  select asked.key, asked.value, site.site_id into wrong
  from jsonb_each_text(p_role_at) as asked
  left join platspuls.site on site.key = asked.key
  where site.site_id is null or asked.value is null or asked.value <> all (p_possible)
  order by asked.key
  limit 1;
  if wrong.key is not null and wrong.site_id is null then
    raise exception 'role_at: there is no site %', wrong.key using errcode = 'P0002';
  end if;
  if wrong.key is not null then
    raise exception 'role_at.% %: roles are %', wrong.key, wrong.value, array_to_string(p_possible, ', ')
      using errcode = '22023';
  end if;
  insert into platspuls.access_role (key_id, session_id, site_id, role)
  select p_key_id, p_session_id, site.site_id, asked.value
  from jsonb_each_text(p_role_at) as asked
  join platspuls.site on site.key = asked.key;
end;
$$;

-- All sites of a key or a login: those named, and those with a role of their own; null stays null: all.
create function writing.access_sites(p_sites text[], p_role_at jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select case
    when p_sites is not null then array(select unnest(p_sites) union select jsonb_object_keys(case when jsonb_typeof(p_role_at) = 'object' then p_role_at end) order by 1)
  end
$$;

-- Roles that differ by site of a key, and of a login.
create function writing.key_roles(p_name text) returns jsonb
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select jsonb_object_agg(site.key, access_role.role)
  from platspuls.access_role
  join platspuls.access_key using (key_id)
  join platspuls.site using (site_id)
  where access_key.name = p_name
$$;

create function writing.login_roles(p_login_id integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
  select jsonb_object_agg(site.key, access_role.role)
  from platspuls.access_role
  join platspuls.site using (site_id)
  where access_role.session_id = p_login_id
$$;
