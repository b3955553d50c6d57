-- People now at each of several sites: of how many zones that may be added, how many of them have a number that is of now, and
-- the sum of those.
select zone.site, count(*)::integer as zones, count(*) filter (where live.is_fresh)::integer as fresh,
  coalesce(sum(live.occupancy) filter (where live.is_fresh), 0)::integer as people
from reading.zone
  left join (
    select site, zone, occupancy, not clock_off and as_of >= now() - make_interval(secs => %(stale_after_s)s) as is_fresh
    from reading.live_zone
    where site = any(%(sites)s::text[])
  ) as live on (live.site, live.zone) = (zone.site, zone.zone)
where zone.site = any(%(sites)s::text[]) and zone.disjoint
group by zone.site
