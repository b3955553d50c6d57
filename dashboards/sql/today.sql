-- Entries and exits of the site since midnight by its clocks, and the share of that time that was watched.
select flow.entries, flow.exits, flow.coverage
from reading.site
cross join lateral reading.buckets(site.time_zone, 'day', now(), now() + interval '1 second') as day
cross join lateral reading.site_flow(site.site, 'day', day.start_utc, now()) as flow
where site.site = '$site'
order by day.start_utc
limit 1
