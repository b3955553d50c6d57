-- needs: reading.cells, reading.day_type, reading.profile_group, reading.site, reading.site_calendar, reading.weather_cells
-- What is known beside the numbers of each bucket: its weather (reading.weather_cells) and its dates by the site's calendar.
-- holiday, school_break: their names, in order of date, with commas between; *_days: how many dates of the bucket (of the
-- part of it that lies in [p_from, p_to)) are such. Null, not 0, where the calendar has no such dates at all in their year: it
-- says nothing of that year. day_type: of an hour's or a day's date, as profiles have it; null of longer buckets.
create function reading.context_cells(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (
  start_utc timestamptz, temperature_mean_c numeric, temperature_min_c numeric, temperature_max_c numeric,
  temperature_hours bigint, precipitation_mm numeric, precipitation_hours bigint,
  holiday text, holiday_days bigint, school_break text, school_break_days bigint, day_type text
)
language sql stable
begin atomic
  with cell as materialized (
    select cell.n, cell.start_utc, (cell.from_utc at time zone site.time_zone)::date as first_day,
      ((cell.to_utc - interval '1 microsecond') at time zone site.time_zone)::date as last_day
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
      join reading.site on site.site = p_site
  ),
  span as materialized (
    -- The hours of a date are looked up once.
    select distinct cell.first_day, cell.last_day from cell
  ),
  known as materialized (
    select calendar.kind, year::integer as year
    from reading.site_calendar as calendar
      cross join lateral generate_series(
        extract(year from calendar.first_day), extract(year from calendar.end_day - 1)
      ) as year
    where calendar.site = p_site
    group by calendar.kind, year
  ),
  dated as (
    select span.first_day, span.last_day, calendar.kind,
      string_agg(calendar.name, ', ' order by calendar.first_day) as names,
      sum(least(calendar.end_day, span.last_day + 1) - greatest(calendar.first_day, span.first_day)) as days
    from span
      join reading.site_calendar as calendar
        on calendar.site = p_site and calendar.first_day <= span.last_day and calendar.end_day > span.first_day
    group by span.first_day, span.last_day, calendar.kind
  ),
  calendar as materialized (
    select span.first_day, span.last_day, kind.kind, dated.names,
      case when not exists (
        select from generate_series(extract(year from span.first_day), extract(year from span.last_day)) as asked
        where not exists (select from known where known.kind = kind.kind and known.year = asked)
      ) then coalesce(dated.days, 0) end as days,
      case when p_bucket in ('hour', 'day') then reading.day_type(p_site, span.first_day) end as day_type
    from span
      cross join (values ('holiday'), ('school_break')) as kind (kind)
      left join dated on dated.kind = kind.kind and dated.first_day = span.first_day and dated.last_day = span.last_day
  )
  select cell.start_utc, weather.temperature_mean_c, weather.temperature_min_c, weather.temperature_max_c,
    weather.temperature_hours, weather.precipitation_mm, weather.precipitation_hours,
    holiday.names, holiday.days, school.names, school.days, time_group.day_type
  from cell
    join reading.weather_cells(p_site, p_bucket, p_from, p_to) as weather on weather.start_utc = cell.start_utc
    join calendar as holiday
      on holiday.kind = 'holiday' and holiday.first_day = cell.first_day and holiday.last_day = cell.last_day
    join calendar as school
      on school.kind = 'school_break' and school.first_day = cell.first_day and school.last_day = cell.last_day
    cross join lateral reading.profile_group('day_type', holiday.day_type) as time_group;
end;
