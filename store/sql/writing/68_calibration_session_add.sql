-- Keeps what was counted by hand, with what the counter told of the same time. Returns the session's number.
--
-- p_session: kind, line or zone, from, to, hand (see platspuls.calibration_session), counted_by, note. Whole minutes, for
-- stays whole quarter-hours. Refused: a time in which the counter saw less than 0.98, told nothing yet, or changed its
-- setup; one that cuts the counter's own periods; one that was counted already.
create function writing.calibration_session_add(p_by text, p_site text, p_session jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  wanted_kind text := p_session ->> 'kind';
  place record;
  told record;
  span tstzrange;
  seconds bigint;
  made platspuls.calibration_session;
begin
  perform writing.calibration_fields(
    'session', p_session, 'kind', 'line', 'zone', 'from', 'to', 'hand', 'counted_by', 'note'
  );
  place := writing.calibration_place(p_site, wanted_kind, p_session ->> 'line', p_session ->> 'zone');
  span := writing.calibration_during(
    p_session ->> 'from', p_session ->> 'to',
    case wanted_kind when 'stays' then interval '15 minutes' else interval '1 minute' end
  );
  seconds := extract(epoch from upper(span) - lower(span));
  if coalesce(seconds not between 300 and 43200, true) then
    raise exception 'to %: a session takes 5 minutes to 12 hours', coalesce(p_session ->> 'to', 'null')
      using errcode = '22023';
  end if;
  if char_length(coalesce(p_session ->> 'counted_by', '')) not between 1 and 20 then
    raise exception 'counted_by %: who counted, as a role or initials of 1 to 20 characters',
      coalesce(p_session ->> 'counted_by', 'null') using errcode = '22023';
  end if;
  if char_length(p_session ->> 'note') > 500 then
    raise exception 'note: it has more than 500 characters' using errcode = '22023';
  end if;
  if exists (
    select from platspuls.calibration_session as other
    where other.site_id = place.site_id and other.kind = wanted_kind
      and other.line_id is not distinct from place.line_id and other.zone_id is not distinct from place.zone_id
      and other.during && span and other.withdrawn_at is null
  ) then
    raise exception 'from % to %: some of this time was counted by hand here already', p_session ->> 'from',
      p_session ->> 'to' using errcode = '23P01';
  end if;
  told := case wanted_kind
    when 'crossings' then writing.calibration_told_line(place.line_id, span)
    when 'presence' then writing.calibration_told_zone(place.zone_id, span)
    else writing.calibration_told_dwell(place.zone_id, span)
  end;
  if told.told_s < 0.98 * seconds or told.observed_ms < 980 * seconds then
    raise exception 'from % to %: the counter watched % of it (it must be 0.98): % of % seconds are told in whole periods',
      p_session ->> 'from', p_session ->> 'to', round(told.observed_ms / 1000.0 / seconds, 4), told.told_s, seconds
      using errcode = '22023',
      hint = 'It may not have arrived yet; or choose times on the counter''s own periods of 1, 5 or 15 minutes.';
  end if;
  if cardinality(told.setup_ids) > 1 then
    raise exception 'from % to %: the counter''s setup changed in it', p_session ->> 'from', p_session ->> 'to'
      using errcode = '22023';
  end if;
  insert into platspuls.calibration_session (
    site_id, kind, line_id, zone_id, setup_id, during, hand, machine, observed_ms, dark, busy, counted_by, note,
    entered_by
  )
  values (
    place.site_id, wanted_kind, place.line_id, place.zone_id, told.setup_ids[1], span,
    writing.calibration_hand(wanted_kind, p_session -> 'hand'), told.machine, told.observed_ms, told.dark, told.busy,
    p_session ->> 'counted_by', nullif(p_session ->> 'note', ''), p_by
  )
  returning * into made;
  perform platspuls.audit_note(
    p_by, place.site_id, 'add', 'calibration_session', made.session_id::text, null, to_jsonb(made)
  );
  return made.session_id;
end;
$$;
