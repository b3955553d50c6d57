-- What is to be summed up next: zones of one site, and from which local midnight to which; the newest first, at most 32
-- days. No row: all days up to the one of %(until)s have their sums.
with midnight as (
  select site.site_id, site.time_zone, day.start_utc as at
  from platspuls.site
  cross join lateral reading.buckets(
    site.time_zone, 'day', %(until)s, %(until)s::timestamptz + interval '1 microsecond'
  ) as day
), lacking as (
  select midnight.site_id, midnight.time_zone, zone.zone_id, unnest(
    tstzmultirange(tstzrange(
      quarter.first, greatest(least(midnight.at, quarter.last + interval '15 minutes'), quarter.first)
    )) - coalesce(summed.during, '{}')
  ) as during
  from midnight
  join platspuls.zone using (site_id)
  left join platspuls.zone_summed as summed
    on summed.zone_id = zone.zone_id and summed.time_zone = midnight.time_zone
  cross join lateral (
    select min(start) as first, max(start) as last
    from (
      (select start from platspuls.zone_quarter as known where known.zone_id = zone.zone_id order by start limit 1)
      union all
      (select start from platspuls.zone_quarter as known where known.zone_id = zone.zone_id order by start desc limit 1)
      union all
      (select start from platspuls.zone_dwell as known where known.zone_id = zone.zone_id order by start limit 1)
      union all
      (select start from platspuls.zone_dwell as known where known.zone_id = zone.zone_id order by start desc limit 1)
    ) as known
  ) as quarter
  where quarter.first is not null
), next as (
  select site_id, time_zone, lower(during) as starts, upper(during) as ends,
    array_agg(zone_id order by zone_id) as parts
  from lacking
  group by 1, 2, 3, 4
  order by ends desc, starts, site_id
  limit 1
)
select site_id, time_zone, parts, min(day.start_utc), max(day.end_utc), count(*)
from next
cross join lateral reading.buckets(time_zone, 'day', greatest(starts, ends - interval '31 days'), ends) as day
group by 1, 2, 3
