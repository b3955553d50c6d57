-- The site that numbers are asked of, whether it has such hours, which of the parts asked for it doesn't have, and where
-- context is asked for, what it has of that: measures of weather, kinds of dates in its calendar. known_years: years of
-- which its calendar has such dates, by their kind, where only some dates are asked for.
select
  site,
  jsonb_build_object('sv', name_sv, 'en', name_en) as name,
  time_zone,
  version,
  exists (select from reading.site_hours where site = %(site)s and kind = %(hours)s)
  or exists (select from reading.site_exception where site = %(site)s and kind = %(hours)s) as has_hours,
  array(
    select array[asked.kind, asked.key]
    from unnest(%(kinds)s::text[], %(keys)s::text[]) as asked (kind, key)
    where not exists (
      select
      from (
        select 'line' as kind, site, line as key from reading.line
        union all
        select 'zone', site, zone from reading.zone
        union all
        select 'space', site, space from reading.space
        union all
        select 'border', site, border from reading.border
      ) as part
      where part.site = %(site)s and part.kind = asked.kind and part.key = asked.key
    )
  ) as unknown,
  case when %(context)s then array(
    select known.measure
    from unnest(array['temperature_c', 'precipitation_mm']) as known (measure)
    where exists (select from reading.weather where weather.site = %(site)s and weather.measure = known.measure)
    union all
    select distinct kind from reading.site_calendar where site = %(site)s
  ) else '{}' end as context,
  case when %(days)s <> 'all' then (
    select coalesce(jsonb_object_agg(known.kind, known.years), '{}')
    from (
      select kind, array_agg(distinct year::integer) as years
      from reading.site_calendar
        cross join lateral generate_series(extract(year from first_day), extract(year from end_day - 1)) as year
      where site_calendar.site = %(site)s
      group by kind
    ) as known
  ) else '{}' end as known_years
from reading.site
where site = %(site)s
