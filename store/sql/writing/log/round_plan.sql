-- needs: reading.day_type, reading.open_time, writing.checks, writing.log_records, writing.manual_count, writing.requests
-- Plans of rounds: at which random times who stays, or who moves over a line, is counted by hand.

-- The words of kinds of days; in the order of reading.day_type.
create function writing.day_types() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return array['weekday', 'friday', 'saturday', 'sunday'];

create function writing.day_types_of(p_fields jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  given jsonb := writing.given(p_fields, 'day_types', true);
begin
  if jsonb_typeof(given) <> 'array' or jsonb_array_length(given) = 0 or not given <@ to_jsonb(writing.day_types()) then
    perform writing.refused(format(
      'day_types must be a list of some of %s, not %s', array_to_string(writing.day_types(), ', '), writing.quoted(given)));
  end if;
  return (
    select jsonb_agg(word order by place) from unnest(writing.day_types()) with ordinality as known (word, place)
    where given ? word
  );
end;
$$;

-- Draws the slots: of each kind of day and hour p_rounds, on different dates as long as there are, within one hour each, and
-- where the site has opening hours, within them. The seed alone decides: the same plan again has the same times.
create function writing.drawn_slots(
  p_site platspuls.site, p_first date, p_until date, p_day_types jsonb, p_from_hour integer, p_to_hour integer,
  p_rounds integer, p_minutes integer, p_seed integer
) returns jsonb
language sql set search_path = pg_catalog, platspuls, pg_temp
as $$
  with day as (
    select day::date as day, (writing.day_types())[reading.day_type(p_site.key, day::date)] as day_type
    from generate_series(p_first::timestamp, p_until::timestamp, interval '1 day') as day
  ),
  open as (
    select reading.open_time(
      p_site.key, 'open', p_first::timestamp at time zone p_site.time_zone,
      (p_until + 1)::timestamp at time zone p_site.time_zone
    ) as times
    where exists (select from platspuls.site_hours where site_hours.site_id = p_site.site_id and site_hours.kind = 'open')
  ),
  candidate as (
    select day.day, day.day_type, hour, starts_at, starts_at + p_minutes * interval '1 minute' as ends_at,
      row_number() over (
        partition by day.day, hour order by md5(concat_ws(' ', p_seed, 'time', day.day, hour, minute)), minute
      ) as turn,
      md5(concat_ws(' ', p_seed, 'day', day.day, hour)) as of_day
    from day
    cross join generate_series(p_from_hour, p_to_hour - 1) as hour
    cross join generate_series(0, 60 - p_minutes, p_minutes) as minute
    cross join lateral (select day.day + make_interval(hours => hour, mins => minute)) as local (at)
    cross join lateral (select local.at at time zone p_site.time_zone) as placed (starts_at)
    where p_day_types ? day.day_type and placed.starts_at at time zone p_site.time_zone = local.at
      and coalesce(
        (select open.times @> tstzrange(placed.starts_at, placed.starts_at + p_minutes * interval '1 minute') from open), true
      )
  ),
  ranked as (
    select candidate.*, row_number() over (partition by day_type, hour order by turn, of_day, day) as place
    from candidate
  )
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'slot', nextval('platspuls.entry_id'), 'starts_at', starts_at, 'ends_at', ends_at, 'day_type', day_type, 'hour', hour
    )
    order by starts_at
  ), '[]')
  from (select * from ranked where place <= p_rounds order by starts_at) as chosen
$$;

create function writing.round_plan_row(p_site platspuls.site, p_fields jsonb)
returns table (
  name text, first date, until date, mode text, space_id integer, zone_id integer, line_id integer, day_types jsonb,
  from_hour integer, to_hour integer, rounds_per_stratum integer, minutes integer, seed integer, slots jsonb, note text
)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  place record;
begin
  name := writing.text_of(p_fields, 'name', 120, true);
  first := writing.date_of(p_fields, 'first', true);
  until := writing.date_of(p_fields, 'until', true);
  if until < first or until > first + 365 then
    perform writing.refused(format('until %s must be from first %s to a year later', until, first));
  end if;
  place := writing.counted_place(p_site, p_fields);
  mode := place.mode;
  space_id := place.space_id;
  zone_id := place.zone_id;
  line_id := place.line_id;
  day_types := writing.day_types_of(p_fields);
  from_hour := writing.integer_of(p_fields, 'from_hour', 0, 23, true);
  to_hour := writing.integer_of(p_fields, 'to_hour', from_hour + 1, 24, true);
  rounds_per_stratum := writing.integer_of(p_fields, 'rounds_per_stratum', 1, 50, true);
  minutes := coalesce(writing.integer_of(p_fields, 'minutes', 1, 60, false), 10);
  seed := coalesce(
    writing.integer_of(p_fields, 'seed', 0, 2147483647, false), floor(random() * 2147483647)::integer);
  slots := writing.drawn_slots(
    p_site, first, until, day_types, from_hour, to_hour, rounds_per_stratum, minutes, seed);
  if slots = '[]' then
    perform writing.refused(format(
      'first %s, until %s: no such day and hour lies in it while the site is open', first, until));
  end if;
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.round_plan_create(p_by text, p_site text, p_fields jsonb, p_request uuid default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'round_plan', p_fields, p_request);
end;
$$;

-- The name and the note alone: what is drawn from stays as it was drawn.
create function writing.round_plan_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  earlier platspuls.request;
  before jsonb;
  columns jsonb := '{}';
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, 'change of a round plan', array['name', 'note']);
  if p_fields = '{}' then
    perform writing.refused('nothing to change is given');
  end if;
  earlier := writing.repeats(p_by, site, p_request, 'change', 'round_plan', p_id, p_version + 1, p_fields);
  if earlier.request_id is not null then
    return writing.made_before('round_plan', earlier);
  end if;
  perform writing.lock_log_record(site, 'round_plan', p_id, p_version);
  before := writing.current_record('round_plan', p_id);
  if p_fields ? 'name' then
    columns := columns || jsonb_build_object('name', writing.text_of(p_fields, 'name', 120, true));
  end if;
  if p_fields ? 'note' then
    columns := columns || jsonb_build_object('note', writing.text_of(p_fields, 'note', 2000, false));
  end if;
  perform writing.put_log_record(p_by, 'round_plan', p_id, p_version, columns);
  log_record := writing.current_record('round_plan', p_id);
  perform writing.note_version(p_by, site, 'change', 'round_plan', p_id, before, log_record);
  return log_record;
end;
$$;

create function writing.round_plan_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'round_plan', p_id, p_version, p_reason, p_request);
end;
$$;
