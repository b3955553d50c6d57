-- needs: reading.counting_round, writing.calibration_during, writing.calibration_place, writing.calibration_touched
-- needs: writing.checks, writing.counting_rounds_keep
-- Keeps a calibration and has it applied from then on. Returns its number.
--
-- p_calibration: kind, line or zone, threshold_s (stays), from, to (left out: until withdrawn), strata, busy_from, method,
-- note, counting_rounds (their numbers), factors (measure, dark, busy, factor, low, high, counting_rounds, hand, machine,
-- spread). The factors were worked out of those rounds by who calls (api/calibration); what their counter counted is kept with
-- them from then on. Refused: rounds of another line, zone,
-- kind or setup, withdrawn ones, those that aren't compared, and a time in which another calibration of the same holds.
create function writing.calibration_add(p_by text, p_site text, p_calibration jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  wanted_kind text := p_calibration ->> 'kind';
  place record;
  span tstzrange;
  wanted integer[];
  setups integer[];
  other integer;
  not_compared text;
  made platspuls.calibration;
begin
  perform writing.check_object(p_calibration, 'calibration', array[
    'kind', 'line', 'zone', 'threshold_s', 'from', 'to', 'strata', 'busy_from', 'method', 'note', 'counting_rounds',
    'factors'
  ]);
  place := writing.calibration_place(p_site, wanted_kind, p_calibration ->> 'line', p_calibration ->> 'zone');
  span := writing.calibration_during(p_calibration ->> 'from', p_calibration ->> 'to', interval '15 minutes');
  wanted := array(
    select distinct value::integer from jsonb_array_elements_text(p_calibration -> 'counting_rounds') as value order by 1
  );
  select string_agg(shown.counting_round_id::text, ', ' order by shown.counting_round_id) into not_compared
  from reading.counting_round as shown
  where shown.counting_round_id = any (wanted) and shown.site = p_site and shown.withdrawn_at is null
    and shown.state <> 'compared';
  if not_compared is not null then
    raise exception 'counting_rounds %: they aren''t compared with the counter', not_compared using errcode = '22023';
  end if;
  perform writing.counting_rounds_keep(wanted, false);
  setups := array(
    select counting_round.setup_id
    from platspuls.calibration_session as counting_round
    where counting_round.session_id = any (wanted) and counting_round.site_id = place.site_id
      and counting_round.kind = wanted_kind and counting_round.line_id is not distinct from place.line_id
      and counting_round.zone_id is not distinct from place.zone_id and counting_round.withdrawn_at is null
    for share
  );
  if cardinality(wanted) < 6 or cardinality(setups) <> cardinality(wanted) then
    raise exception 'counting_rounds %: at least 6 are needed, all of this line or zone and kind, and none withdrawn',
      array_to_string(wanted, ', ') using errcode = '22023';
  end if;
  if (select count(distinct setup) from unnest(setups) as setup) > 1 then
    raise exception 'counting_rounds %: the counter''s setup was not the same in all of them', array_to_string(wanted, ', ')
      using errcode = '22023';
  end if;
  select calibration.calibration_id into other
  from platspuls.calibration
  where calibration.site_id = place.site_id and calibration.kind = wanted_kind
    and calibration.line_id is not distinct from place.line_id and calibration.zone_id is not distinct from place.zone_id
    and calibration.threshold_s is not distinct from (p_calibration ->> 'threshold_s')::integer
    and calibration.setup_id = setups[1] and calibration.withdrawn_at is null
    and calibration.during && span
  limit 1;
  if other is not null then
    raise exception 'from % to %: calibration % holds then, withdraw it first or choose another time',
      p_calibration ->> 'from', coalesce(p_calibration ->> 'to', 'open'), other using errcode = '23P01';
  end if;
  insert into platspuls.calibration (
    site_id, kind, line_id, zone_id, threshold_s, setup_id, during, strata, busy_from, method, note, created_by
  )
  values (
    place.site_id, wanted_kind, place.line_id, place.zone_id, (p_calibration ->> 'threshold_s')::integer, setups[1],
    span, p_calibration ->> 'strata', (p_calibration ->> 'busy_from')::numeric, p_calibration ->> 'method',
    nullif(p_calibration ->> 'note', ''), p_by
  )
  returning * into made;
  insert into platspuls.calibration_used (calibration_id, session_id)
  select made.calibration_id, counting_round from unnest(wanted) as counting_round;
  insert into platspuls.calibration_factor (
    calibration_id, measure, dark, busy, factor, low, high, sessions, hand, machine, spread
  )
  select made.calibration_id, measure, dark, busy, factor, low, high, counting_rounds, hand, machine, spread
  from jsonb_to_recordset(p_calibration -> 'factors') as factor (
    measure text, dark boolean, busy boolean, factor numeric, low numeric, high numeric, counting_rounds integer,
    hand numeric, machine numeric, spread numeric
  );
  perform writing.calibration_touched(place.line_id, place.zone_id, span);
  perform platspuls.audit_note(
    p_by, place.site_id, 'add', 'calibration', made.calibration_id::text, null,
    to_jsonb(made) || jsonb_build_object('factors', p_calibration -> 'factors', 'counting_rounds', wanted)
  );
  return made.calibration_id;
end;
$$;
