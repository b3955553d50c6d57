-- The first and the last start of all facts and quarter-hours of a site; null where there are none. Each table is asked
-- for its two ends by line or zone, which an index has.
select min(ends.start), max(ends.start)
from (
  select known.start
  from platspuls.site
  join platspuls.line using (site_id)
  cross join lateral (
    (select start from platspuls.line_flow as fact where fact.line_id = line.line_id order by start limit 1)
    union all
    (select start from platspuls.line_flow as fact where fact.line_id = line.line_id order by start desc limit 1)
    union all
    (select start from platspuls.line_quarter as quarter where quarter.line_id = line.line_id order by start limit 1)
    union all
    (select start from platspuls.line_quarter as quarter where quarter.line_id = line.line_id order by start desc limit 1)
  ) as known
  where site.key = %(site)s
  union all
  select known.start
  from platspuls.site
  join platspuls.zone using (site_id)
  cross join lateral (
    (select start from platspuls.zone_flow as fact where fact.zone_id = zone.zone_id order by start limit 1)
    union all
    (select start from platspuls.zone_flow as fact where fact.zone_id = zone.zone_id order by start desc limit 1)
    union all
    (select start from platspuls.zone_quarter as quarter where quarter.zone_id = zone.zone_id order by start limit 1)
    union all
    (select start from platspuls.zone_quarter as quarter where quarter.zone_id = zone.zone_id order by start desc limit 1)
    union all
    (select start from platspuls.zone_dwell as fact where fact.zone_id = zone.zone_id order by start limit 1)
    union all
    (select start from platspuls.zone_dwell as fact where fact.zone_id = zone.zone_id order by start desc limit 1)
  ) as known
  where site.key = %(site)s
) as ends
