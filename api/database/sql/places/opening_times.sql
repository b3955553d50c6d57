-- When a site is open, and when it is staffed, at any time in [from, to), by its weekly hours and dated exceptions.
select kind, lower(span) as starts_at, upper(span) as ends_at
from unnest(array['open', 'staffed']) as kind
cross join unnest(reading.open_time(%(site)s, kind, %(from_utc)s, %(to_utc)s)) as span
where span && tstzrange(%(from_utc)s, %(to_utc)s)
order by kind, starts_at
