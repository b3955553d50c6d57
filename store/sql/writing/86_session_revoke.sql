-- End a session, or an invitation that nobody took up.
create function writing.session_revoke(p_by text, p_session_id integer) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  found_session platspuls.access_session;
begin
  select * into found_session from platspuls.access_session where session_id = p_session_id for update;
  if found_session.session_id is null then
    raise exception 'session %: there is no such session', p_session_id using errcode = 'P0002';
  end if;
  if found_session.ended_at is not null then
    raise exception 'session %: it ended at %', p_session_id, found_session.ended_at using errcode = '23505';
  end if;
  update platspuls.access_session set ended_at = now(), ended_by = p_by where session_id = p_session_id;
  perform platspuls.audit_note(p_by, null, 'revoke', 'session', p_session_id::text, null, null);
  return p_session_id;
end;
$$;
