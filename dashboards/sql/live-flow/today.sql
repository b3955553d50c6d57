-- Entries and exits of the site since midnight by its clocks, the share of that time that was watched, and the entries until
-- the same time a week ago.
with asked as materialized (
  select
    site.site,
    day.start_utc,
    now() as to_utc,
    reading.start_of_day(site.time_zone, day.start_local - interval '7 days') as week_ago_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'day', now(), now() + interval '1 second') as day
  where site.site = '$site'
)
select flow.entries, flow.exits, before.entries as week_ago, flow.coverage
from asked
cross join lateral reading.site_flow(asked.site, 'day', asked.start_utc, asked.to_utc) as flow
cross join lateral reading.site_flow(
  asked.site, 'day', asked.week_ago_utc, asked.week_ago_utc + (asked.to_utc - asked.start_utc)
) as before
order by flow.start_utc, before.start_utc
limit 1
