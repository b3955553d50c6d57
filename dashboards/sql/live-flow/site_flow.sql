-- Entries to and exits from the whole site, in whole steps of its own clocks, until the last one that has passed.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) filter (where end_utc <= now()) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select flow.start_utc as "time", flow.entries, flow.exits
from asked
cross join lateral reading.site_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
order by 1
