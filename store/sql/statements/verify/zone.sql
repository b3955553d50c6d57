-- Quarter-hours of a site's zones that differ from what their facts say now; and how many there are in all.
select
  zone.key,
  coalesce((differing.kept).start, (differing.recounted).start) as start,
  to_jsonb(differing.kept) - 'zone_id' - 'start',
  to_jsonb(differing.recounted) - 'zone_id' - 'start',
  differing.gone,
  count(*) over ()
from platspuls.zone_differences(%(site)s, %(from)s, %(to)s) as differing
join platspuls.zone on zone.zone_id = coalesce((differing.kept).zone_id, (differing.recounted).zone_id)
order by start, zone.key
limit %(limit)s
