-- needs: writing.checks, writing.log_records, writing.requests
-- Time that is to be left out of results, of a line, a zone, a space with its lines and zones, or the whole site. The
-- counts stay; withdrawing an exclusion brings the time back. Answers that were made from it are of an older version then.
create function writing.exclusion_row(p_site platspuls.site, p_fields jsonb)
returns table (
  line_id integer, zone_id integer, space_id integer, starts_at timestamptz, ends_at timestamptz, reason text,
  result_seen boolean
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  line_id := writing.part_of(p_site, p_fields, 'line', false);
  zone_id := writing.part_of(p_site, p_fields, 'zone', false);
  space_id := writing.part_of(p_site, p_fields, 'space', false);
  if num_nonnulls(line_id, zone_id, space_id) > 1 then
    perform writing.refused('line, zone, space: give one of them, or none for the whole site');
  end if;
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', true);
  perform writing.check_times(starts_at, ends_at, interval '1100 days', false);
  reason := writing.text_of(p_fields, 'reason', 500, true);
  result_seen := writing.boolean_of(p_fields, 'result_seen', true);
  return next;
end;
$$;

-- Raises the data versions of the days that an exclusion touches, of each device that watched what is left out. Where
-- none did, the site's own version: something of it is known differently now. Rows in the order of ingest's.
create function writing.raise_versions(p_exclusion integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  out_of platspuls.exclusion;
begin
  select * into out_of from platspuls.exclusion where exclusion_id = p_exclusion;
  with watched as (
    select device_id, assigned
    from platspuls.device_line
    join platspuls.line using (line_id)
    join platspuls.border using (border_id)
    where line.site_id = out_of.site_id and out_of.zone_id is null
      and (out_of.line_id is null or out_of.line_id = line.line_id)
      and (out_of.space_id is null or out_of.space_id in (from_space_id, to_space_id))
    union all
    select device_id, assigned
    from platspuls.device_zone
    join platspuls.zone using (zone_id)
    where zone.site_id = out_of.site_id and out_of.line_id is null
      and (out_of.zone_id is null or out_of.zone_id = zone.zone_id)
      and (out_of.space_id is null or out_of.space_id = zone.space_id)
  )
  insert into platspuls.data_version as known (device_id, day)
  select distinct device_id, day::date
  from watched
  cross join generate_series(
    (out_of.starts_at at time zone 'UTC')::date,
    ((out_of.ends_at - interval '1 microsecond') at time zone 'UTC')::date,
    interval '1 day') as day
  where assigned && tstzrange(day at time zone 'UTC', (day + interval '1 day') at time zone 'UTC')
  order by 1, 2
  on conflict (device_id, day) do update set version = known.version + 1;
  if not found then
    update platspuls.site set version = version + 1 where site_id = out_of.site_id;
  end if;
end;
$$;

create function writing.exclusion_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  log_record jsonb := writing.create_log_record(p_by, p_site, 'exclusion', p_fields, p_request);
begin
  perform writing.raise_versions((log_record ->> 'exclusion_id')::integer);
  return log_record;
end;
$$;

-- What it was about before may be shown differently too.
create function writing.exclusion_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  log_record jsonb;
begin
  if not writing.is_repeated(p_request) then
    perform writing.lock_log_record(writing.site_of(p_site), 'exclusion', p_id, p_version);
    perform writing.raise_versions(p_id);
  end if;
  log_record := writing.change_log_record(p_by, p_site, 'exclusion', p_id, p_version, p_fields, 'change', p_request);
  perform writing.raise_versions(p_id);
  return log_record;
end;
$$;

create function writing.exclusion_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  log_record jsonb := writing.withdraw_log_record(p_by, p_site, 'exclusion', p_id, p_version, p_reason, p_request);
begin
  perform writing.raise_versions(p_id);
  return log_record;
end;
$$;
