-- End the login with this prefix. A login that ended already is no error: the wish is fulfilled.
create function writing.log_out(p_by text, p_prefix text) returns void
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  ended integer;
begin
  update platspuls.access_session set ended_at = now(), ended_by = p_by
  where prefix = p_prefix and ended_at is null
  returning session_id into ended;
  if ended is not null then
    perform platspuls.audit_note(p_by, null, 'log_out', 'session', ended::text, null, null);
  end if;
end;
$$;
