-- needs: writing.calibration_hand, writing.checks
-- What was counted by hand in a counting round, checked, as it is kept.
--
-- hand: the sums, as writing.calibration_hand takes them. hand_minutes: what was counted in each whole minute of the round,
-- a list for each measure of hand; of crossings and presence. hand may be left out then, and must be their sum.
create function writing.counting_round_hand(
  p_kind text, p_during tstzrange, p_fields jsonb, out hand jsonb, out hand_minutes jsonb
)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  minutes integer := extract(epoch from upper(p_during) - lower(p_during))::integer / 60;
  measures text[] := case p_kind when 'crossings' then array['forward', 'backward'] else array['looks', 'present'] end;
  sums jsonb := '{}';
  measure text;
  part jsonb;
  total bigint;
begin
  hand_minutes := nullif(p_fields -> 'hand_minutes', 'null');
  if hand_minutes is null then
    hand := writing.calibration_hand(p_kind, p_fields -> 'hand');
    return;
  end if;
  if p_kind = 'stays' then
    perform writing.refused('hand_minutes: stays have none');
  end if;
  perform writing.check_object(hand_minutes, 'hand_minutes', measures);
  foreach measure in array measures loop
    if jsonb_typeof(hand_minutes -> measure) is distinct from 'array'
      or jsonb_array_length(hand_minutes -> measure) <> minutes then
      perform writing.refused(
        format('hand_minutes.%s: it must be a list of %s numbers, one for each minute', measure, minutes));
    end if;
    total := 0;
    for part in select value from jsonb_array_elements(hand_minutes -> measure) loop
      total := total + writing.integer_of(jsonb_build_object(measure, part), measure, 0, 100000, true);
    end loop;
    sums := sums || jsonb_build_object(measure, total);
  end loop;
  hand := writing.calibration_hand(p_kind, coalesce(nullif(p_fields -> 'hand', 'null'), sums));
  if hand <> sums then
    perform writing.refused(format('hand %s: its minutes sum up to %s', hand, sums));
  end if;
end;
$$;

create function writing.counting_round_by(p_fields jsonb) returns text
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
begin
  if char_length(coalesce(p_fields ->> 'counted_by', '')) not between 1 and 20 then
    raise exception 'counted_by %: who counted, as a role or initials of 1 to 20 characters',
      coalesce(p_fields ->> 'counted_by', 'null') using errcode = '22023';
  end if;
  return p_fields ->> 'counted_by';
end;
$$;

create function writing.counting_round_note(p_fields jsonb) returns text
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
begin
  if char_length(p_fields ->> 'note') > 500 then
    raise exception 'note: it has more than 500 characters' using errcode = '22023';
  end if;
  return nullif(p_fields ->> 'note', '');
end;
$$;
