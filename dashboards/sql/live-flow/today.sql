-- Entries and exits of the site since midnight by its clocks, the share of that time that was watched; and entries beside a
-- week before, in the same time by the clock until the last quarter-hour that has passed.
with asked as materialized (
  select site.site, day.start_utc, now() as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'day', now(), now() + interval '1 second') as day
  where site.site = '$site'
)
select flow.entries, flow.exits, beside.week_ago, beside.change, flow.coverage
from asked
cross join lateral reading.site_flow(asked.site, 'day', asked.start_utc, asked.to_utc) as flow
left join reading.site_week_ago('$site', now()) as beside on true
order by flow.start_utc
limit 1
