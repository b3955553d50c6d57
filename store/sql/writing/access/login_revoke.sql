-- End a login, or an invitation that nobody took up.
create function writing.login_revoke(p_by text, p_login_id integer) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  found_login platspuls.access_session;
begin
  select * into found_login from platspuls.access_session where session_id = p_login_id for update;
  if found_login.session_id is null then
    raise exception 'login %: there is no such login', p_login_id using errcode = 'P0002';
  end if;
  if found_login.ended_at is not null then
    raise exception 'login %: it ended at %', p_login_id, found_login.ended_at using errcode = '23505';
  end if;
  update platspuls.access_session set ended_at = now(), ended_by = p_by where session_id = p_login_id;
  perform platspuls.audit_note(p_by, null, 'revoke', 'session', p_login_id::text, null, null);
  return p_login_id;
end;
$$;
