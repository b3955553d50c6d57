-- needs: writing.calibration_during, writing.calibration_hand, writing.calibration_place, writing.checks
-- needs: writing.counter_crossings, writing.counter_dwell, writing.counter_presence
-- Keeps what was counted by hand, with what the counter counted in the same time. Returns the round's number.
--
-- p_counting_round: kind, line or zone, from, to, hand (see platspuls.calibration_session), counted_by, note. Whole minutes, for
-- stays whole quarter-hours. Refused: a time in which the counter saw less than 0.98, has reported nothing yet, or changed its
-- setup; one that cuts the counter's own periods; one that was counted already.
create function writing.counting_round_add(p_by text, p_site text, p_counting_round jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  wanted_kind text := p_counting_round ->> 'kind';
  place record;
  counted record;
  span tstzrange;
  seconds bigint;
  by_hand jsonb;
  made platspuls.calibration_session;
begin
  perform writing.check_object(
    p_counting_round, 'counting_round', array['kind', 'line', 'zone', 'from', 'to', 'hand', 'counted_by', 'note']
  );
  place := writing.calibration_place(p_site, wanted_kind, p_counting_round ->> 'line', p_counting_round ->> 'zone');
  span := writing.calibration_during(
    p_counting_round ->> 'from', p_counting_round ->> 'to',
    case wanted_kind when 'stays' then interval '15 minutes' else interval '1 minute' end
  );
  seconds := extract(epoch from upper(span) - lower(span));
  if coalesce(seconds not between 300 and 43200, true) then
    raise exception 'to %: a counting round takes 5 minutes to 12 hours', coalesce(p_counting_round ->> 'to', 'null')
      using errcode = '22023';
  end if;
  if char_length(coalesce(p_counting_round ->> 'counted_by', '')) not between 1 and 20 then
    raise exception 'counted_by %: who counted, as a role or initials of 1 to 20 characters',
      coalesce(p_counting_round ->> 'counted_by', 'null') using errcode = '22023';
  end if;
  if char_length(p_counting_round ->> 'note') > 500 then
    raise exception 'note: it has more than 500 characters' using errcode = '22023';
  end if;
  if exists (
    select from platspuls.calibration_session as other
    where other.site_id = place.site_id and other.kind = wanted_kind
      and other.line_id is not distinct from place.line_id and other.zone_id is not distinct from place.zone_id
      and other.during && span and other.withdrawn_at is null
  ) then
    raise exception 'from % to %: some of this time was counted by hand here already', p_counting_round ->> 'from',
      p_counting_round ->> 'to' using errcode = '23P01';
  end if;
  counted := case wanted_kind
    when 'crossings' then writing.counter_crossings(place.line_id, span)
    when 'presence' then writing.counter_presence(place.zone_id, span)
    else writing.counter_dwell(place.zone_id, span)
  end;
  if counted.reported_s < 0.98 * seconds or counted.observed_ms < 980 * seconds then
    raise exception 'from % to %: the counter watched % of it (it must be 0.98): % of % seconds are reported in whole periods',
      p_counting_round ->> 'from', p_counting_round ->> 'to', round(counted.observed_ms / 1000.0 / seconds, 4), counted.reported_s, seconds
      using errcode = '22023',
      hint = 'It may not have arrived yet; or choose times on the counter''s own periods of 1, 5 or 15 minutes.';
  end if;
  if cardinality(counted.setup_ids) > 1 then
    raise exception 'from % to %: the counter''s setup changed in it', p_counting_round ->> 'from', p_counting_round ->> 'to'
      using errcode = '22023';
  end if;
  by_hand := writing.calibration_hand(wanted_kind, p_counting_round -> 'hand');
  insert into platspuls.calibration_session (
    site_id, kind, line_id, zone_id, setup_id, during, hand, machine, observed_ms, dark, busy, counted_by, note,
    entered_by
  )
  values (
    place.site_id, wanted_kind, place.line_id, place.zone_id, counted.setup_ids[1], span,
    by_hand, counted.machine, counted.observed_ms, counted.dark, counted.busy,
    p_counting_round ->> 'counted_by', nullif(p_counting_round ->> 'note', ''), p_by
  )
  returning * into made;
  perform platspuls.audit_note(
    p_by, place.site_id, 'add', 'calibration_session', made.session_id::text, null, to_jsonb(made)
  );
  return made.session_id;
end;
$$;
