-- Hours of a site on each date of [first, last], as the site file says; opens and closes null: closed by a dated exception.
with day as (
  select day::date as day
  from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as day
)
select other.kind, other.day, other.opens, other.closes
from reading.site_exception as other
  join day using (day)
where other.site = %(site)s
union all
select weekly.kind, day.day, weekly.opens, weekly.closes
from day
  join reading.site_hours as weekly on weekly.site = %(site)s and weekly.weekday = extract(isodow from day.day)
    and weekly.valid_from <= day.day and (weekly.valid_to > day.day or weekly.valid_to is null)
where not exists (
  select from reading.site_exception as other
  where other.site = %(site)s and other.kind = weekly.kind and other.day = day.day
)
order by day, kind, opens
