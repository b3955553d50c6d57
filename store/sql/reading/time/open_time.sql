-- needs: reading.hours_kind, reading.site, reading.site_exception, reading.site_hours, reading.start_of_day
-- When a site was open (or staffed) by its weekly hours and dated exceptions, in whole quarter-hours: those that begin
-- or end within a quarter-hour take all of it, since numbers are kept by the quarter. 'all' is without end.
create function reading.open_time(p_site text, p_hours text, p_from timestamptz, p_to timestamptz)
returns tstzmultirange
language sql stable
begin atomic
  with day as (
    select site.time_zone, day
    from reading.site
      cross join lateral generate_series(
        date_trunc('day', p_from at time zone site.time_zone) - interval '1 day',
        (p_to at time zone site.time_zone) + interval '1 day', interval '1 day'
      ) as day
    where site.site = p_site and p_hours::reading.hours_kind <> 'all' and p_from < p_to and isfinite(p_from)
      and isfinite(p_to)
  ),
  shown as (
    select day.time_zone, day.day, other.opens::time as opens, other.closes::time as closes
    from day
      join reading.site_exception as other on other.site = p_site and other.kind = p_hours and other.day = day.day::date
    where other.opens is not null
    union all
    select day.time_zone, day.day, weekly.opens::time, weekly.closes::time
    from day
      join reading.site_hours as weekly on weekly.site = p_site and weekly.kind = p_hours
        and weekly.weekday = extract(isodow from day.day)
        and weekly.valid_from <= day.day::date and (weekly.valid_to > day.day::date or weekly.valid_to is null)
    where not exists (
      select from reading.site_exception as other
      where other.site = p_site and other.kind = p_hours and other.day = day.day::date
    )
  ),
  placed as (
    select date_bin('15 minutes', (day + opens) at time zone time_zone, '2000-01-01 00:00Z') as opens,
      date_bin(
        '15 minutes',
        case closes when '24:00' then reading.start_of_day(time_zone, day + interval '1 day')
          else (day + closes) at time zone time_zone end + interval '15 minutes' - interval '1 microsecond',
        '2000-01-01 00:00Z'
      ) as closes
    from shown
  )
  select case p_hours when 'all' then '{(,)}'::tstzmultirange
    else coalesce((select range_agg(tstzrange(opens, closes)) from placed where opens < closes), '{}') end;
end;
