-- Put the values of a file in place of those of the same times, which are kept beside the import; what is there already with
-- the same value is left alone, and a file of nothing else isn't noted. Returns how many are new, and how many replace one.
with changed as (
  select site.site_id, reading.at, reading.value, weather.value as before
  from platspuls.site
    cross join unnest(%(times)s::timestamptz[], %(values)s::double precision[]) as reading (at, value)
    left join platspuls.weather
      on weather.site_id = site.site_id and weather.measure = %(measure)s and weather.at = reading.at
  where site.key = %(site)s and weather.value is distinct from reading.value
),
import as (
  insert into platspuls.weather_import (site_id, measure, file_name, imported_by, first_at, last_at, added, replaced)
  select site_id, %(measure)s, %(file)s, %(by)s, min(at), max(at), count(*) - count(before), count(before)
  from changed
  group by site_id
  returning weather_import_id, added, replaced
),
replaced as (
  insert into platspuls.weather_replaced (weather_import_id, at, value)
  select import.weather_import_id, changed.at, changed.before
  from changed
    cross join import
  where changed.before is not null
),
put as (
  insert into platspuls.weather (site_id, measure, at, value)
  select site_id, %(measure)s, at, value from changed
  on conflict (site_id, measure, at) do update set value = excluded.value
)
select added, replaced from import
