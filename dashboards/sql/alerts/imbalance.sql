-- Alert: how far what came in and what went out differ, over the last whole local day: of each site, and of each closed space,
-- as a share of the larger. 0 where that is below 100, or where a main line was watched for less than nine tenths: another alert
-- alerts then.
with asked as materialized (
  select site.site, day.start_utc, day.end_utc
  from reading.site
  cross join lateral (
    select
      reading.start_of_day(site.time_zone, date_trunc('day', now() at time zone site.time_zone) - interval '1 day') as start_utc,
      reading.start_of_day(site.time_zone, date_trunc('day', now() at time zone site.time_zone)) as end_utc
  ) as day
),
measured as (
  select asked.site, 'site' as place, flow.entries as inward, flow.exits as outward, flow.estimate
  from asked
  cross join lateral reading.site_flow(asked.site, 'day', asked.start_utc, asked.end_utc) as flow
  union all
  select asked.site, flow.space, flow.inward, flow.outward, flow.estimate
  from asked
  cross join lateral reading.space_flow(asked.site, 'day', asked.start_utc, asked.end_utc) as flow
  join reading.space on space.site = asked.site and space.space = flow.space and space.closed
)
select
  site,
  place,
  max(
    case
      when estimate or coalesce(greatest(inward, outward), 0) < 100 then 0
      else abs(inward - outward)::double precision / greatest(inward, outward)
    end
  ) as imbalance
from measured
group by site, place
order by 1, 2
