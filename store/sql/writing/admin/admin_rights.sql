-- What an administrator's login may decide about others': each command of this folder asks it here, in SQL, so that the
-- program of the pages can do no more than the login whose prefix it brings. Keys can't: their prefixes are in the audit.
create function writing.admin_login(p_prefix text) returns platspuls.access_session
language plpgsql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  me platspuls.access_session;
begin
  select * into me from platspuls.access_session where prefix = p_prefix and ended_at is null and expires_at > now();
  if me.session_id is null then
    raise exception 'login: only a login that is good may do this' using errcode = '22023';
  end if;
  return me;
end;
$$;

-- The role of a login at a site; null: none.
create function writing.login_role(p_login platspuls.access_session, p_site_id integer) returns text
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select coalesce(
    (select role from platspuls.access_role where session_id = p_login.session_id and site_id = p_site_id),
    case when p_login.site_ids is null or p_site_id = any (p_login.site_ids) then p_login.role end
  )
$$;

-- Whether a login is an administrator of every site, those to come included.
create function writing.is_admin_of_all(p_login platspuls.access_session) returns boolean
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select p_login.site_ids is null and p_login.role = 'admin' and not exists (
    select from platspuls.access_role where session_id = p_login.session_id and role <> 'admin'
  )
$$;

-- Whether one login is an administrator of all sites of another, so that it may end it and invite anew.
create function writing.is_admin_over(p_admin platspuls.access_session, p_other platspuls.access_session) returns boolean
language sql stable set search_path = pg_catalog, platspuls, pg_temp
as $$
  select case
    when p_other.site_ids is null then writing.is_admin_of_all(p_admin)
    else not exists (
      select from unnest(p_other.site_ids) as site_id
      where writing.login_role(p_admin, site_id) is distinct from 'admin'
    )
  end
$$;

-- The login that an administrator speaks of. One that they have nothing to do with answers like one that isn't there.
create function writing.login_under(p_admin platspuls.access_session, p_login_id integer)
returns platspuls.access_session
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  other platspuls.access_session;
begin
  select * into other from platspuls.access_session where session_id = p_login_id for update;
  if other.session_id is null or not writing.is_admin_over(p_admin, other) then
    raise exception 'login %: there is no such login at sites of which you are an administrator', p_login_id
      using errcode = 'P0002';
  end if;
  return other;
end;
$$;

-- Who it is, for the audit.
create function writing.login_actor(p_login platspuls.access_session) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return 'login:' || p_login.session_id || ' ' || p_login.name;
