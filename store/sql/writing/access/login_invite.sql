-- needs: writing.site_ids, writing.access_roles
-- Prepare a login: whoever brings the code, once and in time, gets it. Only the SHA-256 of the code comes here.
create function writing.login_invite(
  p_by text, p_name text, p_role text, p_sites text[], p_code_sha256 bytea, p_code_lifetime interval, p_lifetime interval,
  p_role_at jsonb default null
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  made platspuls.access_session;
begin
  if p_name is null or p_name !~ '^[^[:cntrl:]]{1,40}$' then
    raise exception 'name %: a login''s name has 1 to 40 characters', p_name using errcode = '22023';
  end if;
  if p_role is null or p_role not in ('staff', 'evaluator', 'funder', 'admin') then
    raise exception 'role %: a person is staff, evaluator, funder or admin', p_role using errcode = '22023';
  end if;
  if p_code_lifetime is null or p_code_lifetime <= interval '0' or p_code_lifetime > interval '1 day' then
    raise exception 'code_lifetime %: a code is good for a day at most', p_code_lifetime using errcode = '22023';
  end if;
  if p_lifetime is null or p_lifetime <= interval '0' or p_lifetime > interval '366 days' then
    raise exception 'lifetime %: a login lasts for 366 days at most', p_lifetime using errcode = '22023';
  end if;
  insert into platspuls.access_session (name, role, site_ids, made_by, code_sha256, code_expires_at, lifetime)
  values (p_name, p_role, writing.site_ids(writing.access_sites(p_sites, p_role_at)), p_by, p_code_sha256, now() + p_code_lifetime, p_lifetime)
  returning * into made;
  perform writing.access_roles_put(null, made.session_id, p_role_at, array['staff', 'evaluator', 'funder', 'admin']);
  perform platspuls.audit_note(
    p_by, null, 'invite', 'session', made.session_id::text, null,
    jsonb_build_object('name', made.name, 'role', made.role, 'sites', p_sites, 'lifetime', made.lifetime)
      || case when p_role_at is null then '{}' else jsonb_build_object('role_at', p_role_at) end
  );
  return made.session_id;
end;
$$;
