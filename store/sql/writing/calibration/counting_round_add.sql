-- needs: writing.calibration_during, writing.calibration_place, writing.checks, writing.counting_round_hand
-- needs: writing.counting_rounds_keep, writing.log_records, writing.requests
-- Keeps what was counted by hand beside a counter, whether or not the counter's records have come. Returns the round's
-- number; reading.counting_round says what of it is compared.
--
-- p_counting_round: kind, line or zone, from, to, hand, hand_minutes (see writing.counting_round_hand), counted_by, note.
-- Whole minutes, 1 to 720 of them. Refused for its times: one from and to the same times as another of the same.
--
-- p_request: see writing.repeats. p_origin: see writing.origin_columns.
create function writing.counting_round_add(
  p_by text, p_site text, p_counting_round jsonb, p_request uuid default null, p_origin jsonb default null
) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  wanted_kind text := p_counting_round ->> 'kind';
  place record;
  span tstzrange;
  by_hand record;
  origin jsonb := writing.origin_columns(p_origin);
  before platspuls.request;
  made platspuls.calibration_session;
begin
  perform writing.check_object(
    p_counting_round, 'counting_round',
    array['kind', 'line', 'zone', 'from', 'to', 'hand', 'hand_minutes', 'counted_by', 'note']
  );
  place := writing.calibration_place(p_site, wanted_kind, p_counting_round ->> 'line', p_counting_round ->> 'zone');
  span := writing.calibration_during(p_counting_round ->> 'from', p_counting_round ->> 'to', interval '1 minute');
  if coalesce(upper(span) - lower(span) > interval '12 hours', true) then
    raise exception 'to %: a counting round takes 1 minute to 12 hours', coalesce(p_counting_round ->> 'to', 'null')
      using errcode = '22023';
  end if;
  before := writing.repeats(
    p_by, writing.site_of(p_site), p_request, 'add', 'calibration_session', 0, 1, p_counting_round);
  if before.request_id is not null then
    return before.entity_id;
  end if;
  if exists (
    select from platspuls.calibration_session as other
    where other.site_id = place.site_id and other.kind = wanted_kind
      and other.line_id is not distinct from place.line_id and other.zone_id is not distinct from place.zone_id
      and other.during = span and other.withdrawn_at is null
  ) then
    raise exception 'from % to %: this was counted by hand here already', p_counting_round ->> 'from',
      p_counting_round ->> 'to' using errcode = '23P01';
  end if;
  by_hand := writing.counting_round_hand(wanted_kind, span, p_counting_round);
  insert into platspuls.calibration_session (
    site_id, kind, line_id, zone_id, during, hand, hand_minutes, counted_by, note, entered_by, said_at,
    entered_via, entered_skew_s
  )
  values (
    place.site_id, wanted_kind, place.line_id, place.zone_id, span, by_hand.hand, by_hand.hand_minutes,
    writing.counting_round_by(p_counting_round), writing.counting_round_note(p_counting_round), p_by,
    (origin ->> 'entered_at')::timestamptz, origin ->> 'entered_via', (origin ->> 'entered_skew_s')::numeric
  )
  returning * into made;
  update platspuls.request set entity_id = made.session_id where request_id = p_request;
  perform writing.counting_rounds_keep(array[made.session_id], true);
  select * into made from platspuls.calibration_session where session_id = made.session_id;
  perform platspuls.audit_note(
    p_by, place.site_id, 'add', 'calibration_session', made.session_id::text, null, to_jsonb(made)
  );
  return made.session_id;
end;
$$;
