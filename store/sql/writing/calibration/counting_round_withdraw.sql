-- needs: writing.counting_round_unused, writing.log_records, writing.requests
-- Takes a counting round out of what calibrations can be made of; it stays to be seen. Refused while a calibration uses it.
create function writing.counting_round_withdraw(
  p_by text, p_site text, p_counting_round integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  was platspuls.calibration_session;
  made platspuls.calibration_session;
  origin jsonb := writing.origin_columns(p_origin);
  before platspuls.request;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 1 and 500 then
    raise exception 'reason: why it is withdrawn, in 1 to 500 characters' using errcode = '22023';
  end if;
  select counting_round.* into was
  from platspuls.calibration_session as counting_round
  join platspuls.site using (site_id)
  where site.key = p_site and counting_round.session_id = p_counting_round
  for update of counting_round;
  if was.session_id is null then
    raise exception 'site % has no counting round %', p_site, p_counting_round using errcode = 'P0002';
  end if;
  before := writing.repeats(
    p_by, writing.site_of(p_site), p_request, 'withdraw', 'calibration_session', p_counting_round, was.version + 1,
    jsonb_build_object('reason', p_reason));
  if before.request_id is not null then
    return p_counting_round;
  end if;
  if was.withdrawn_at is not null then
    raise exception 'counting round % was withdrawn already', p_counting_round using errcode = '23505';
  end if;
  perform writing.counting_round_unused(p_counting_round);
  update platspuls.calibration_session
  set withdrawn_at = now(), withdrawn_by = p_by, withdrawn_reason = trim(p_reason),
    version = version + 1
  where session_id = p_counting_round
  returning * into made;
  perform platspuls.audit_note(
    p_by, was.site_id, 'withdraw', 'calibration_session', p_counting_round::text, to_jsonb(was),
    to_jsonb(made) || jsonb_build_object('withdrawal', origin)
  );
  return p_counting_round;
end;
$$;
