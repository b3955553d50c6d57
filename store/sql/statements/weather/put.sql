insert into platspuls.weather (site_id, measure, at, value)
select site.site_id, %(measure)s, reading.at, reading.value
from platspuls.site
  cross join unnest(%(times)s::timestamptz[], %(values)s::double precision[]) as reading (at, value)
where site.key = %(site)s
on conflict (site_id, measure, at) do update set value = excluded.value
