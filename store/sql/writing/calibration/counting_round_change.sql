-- needs: writing.checks, writing.counting_round_hand, writing.counting_round_unused, writing.log_records, writing.requests
-- Corrects what was counted by hand, by whom, or the note; its times stay. Null empties the note. Returns the number.
--
-- Of hand and hand_minutes the other follows: minutes bring their sums, and other sums than those of the minutes take the
-- minutes out, since nobody knows in which of them it was. p_version: the one that was seen. Refused: counts of a round
-- that a calibration was made with.
create function writing.counting_round_change(
  p_by text, p_site text, p_counting_round integer, p_version integer, p_fields jsonb, p_request uuid default null,
  p_origin jsonb default null
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  was platspuls.calibration_session;
  made platspuls.calibration_session;
  by_hand record;
  origin jsonb := writing.origin_columns(p_origin);
  before platspuls.request;
  sums jsonb := nullif(p_fields -> 'hand', 'null');
  minutes jsonb := nullif(p_fields -> 'hand_minutes', 'null');
begin
  perform writing.check_object(p_fields, 'counting_round', array['hand', 'hand_minutes', 'counted_by', 'note']);
  if p_fields = '{}' then
    perform writing.refused('nothing to change is given');
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
    p_by, writing.site_of(p_site), p_request, 'change', 'calibration_session', p_counting_round, p_version + 1, p_fields);
  if before.request_id is not null then
    return p_counting_round;
  end if;
  if was.version is distinct from p_version then
    raise exception 'counting round % has version %, not %: somebody changed it; look at it again', p_counting_round,
      was.version, coalesce(p_version::text, 'null') using errcode = '23505', constraint = 'version';
  end if;
  if was.withdrawn_at is not null then
    raise exception 'counting round % was withdrawn', p_counting_round using errcode = '23514', constraint = 'state';
  end if;
  made := was;
  if p_fields ?| array['hand', 'hand_minutes'] then
    perform writing.counting_round_unused(p_counting_round);
    if minutes is null and not p_fields ? 'hand_minutes' and sums = was.hand then
      minutes := was.hand_minutes;
    end if;
    by_hand := writing.counting_round_hand(was.kind, was.during, jsonb_build_object(
      'hand', coalesce(sums, case when minutes is null then was.hand end), 'hand_minutes', minutes));
    made.hand := by_hand.hand;
    made.hand_minutes := by_hand.hand_minutes;
  end if;
  if p_fields ? 'counted_by' then
    made.counted_by := writing.counting_round_by(p_fields);
  end if;
  if p_fields ? 'note' then
    made.note := writing.counting_round_note(p_fields);
  end if;
  update platspuls.calibration_session
  set hand = made.hand, hand_minutes = made.hand_minutes, counted_by = made.counted_by, note = made.note,
    version = version + 1, changed_at = clock_timestamp(), changed_by = p_by, said_at = (origin ->> 'entered_at')::timestamptz,
    entered_via = origin ->> 'entered_via', entered_skew_s = (origin ->> 'entered_skew_s')::numeric
  where session_id = p_counting_round;
  -- A part was kept of minutes that are known no more.
  update platspuls.calibration_session
  set compared = null, setup_id = null, machine = null, observed_ms = null, dark = null, busy = null
  where session_id = p_counting_round and hand_minutes is null and compared <> during;
  select * into made from platspuls.calibration_session where session_id = p_counting_round;
  perform platspuls.audit_note(
    p_by, was.site_id, 'change', 'calibration_session', p_counting_round::text, to_jsonb(was), to_jsonb(made)
  );
  return p_counting_round;
end;
$$;
