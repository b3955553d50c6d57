-- needs: writing.access_roles, writing.admin_rights, writing.login_invite
-- Invite somebody to log in, as an administrator of every site that they get. Returns the number of the login.
create function writing.admin_invite(
  p_prefix text, p_name text, p_role text, p_sites text[], p_role_at jsonb, p_code_sha256 bytea, p_code_lifetime interval,
  p_lifetime interval
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  me platspuls.access_session := writing.admin_login(p_prefix);
  not_mine text;
begin
  if p_sites is null and not writing.is_admin_of_all(me) then
    raise exception 'sites: only an administrator of all sites invites to all' using errcode = '22023';
  end if;
  select asked into not_mine
  from unnest(writing.access_sites(coalesce(p_sites, '{}'), p_role_at)) as asked
  left join platspuls.site on site.key = asked
  where site.site_id is null or writing.login_role(me, site.site_id) is distinct from 'admin'
  order by asked
  limit 1;
  if not_mine is not null then
    raise exception 'sites: there is no site % of which you are an administrator', not_mine using errcode = '22023';
  end if;
  return writing.login_invite(
    writing.login_actor(me), p_name, p_role, p_sites, p_code_sha256, p_code_lifetime, p_lifetime, p_role_at
  );
end;
$$;
