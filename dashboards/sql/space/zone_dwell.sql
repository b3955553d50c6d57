-- The dwell that half, and nine tenths, of those who came into each zone don't exceed; empty where the life table doesn't get
-- there, where too many were cut, or where half of the time wasn't watched for dwell.
-- The step that goes on is left out: a part of it would look like a fall.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) filter (where end_utc <= now()) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select
  dwell.start_utc as "time",
  case '$language' when 'sv' then zone.name_sv else zone.name_en end as zone,
  zone.zone as zone_key,
  case when dwell.coverage >= 0.5 then dwell.median_s end as median_s,
  case when dwell.coverage >= 0.5 then dwell.p90_s end as p90_s
from asked
cross join lateral reading.zone_dwell(
  '$site', '$bucket', asked.from_utc, asked.to_utc, '$threshold'::integer, '$hours'
) as dwell
join reading.zone on zone.site = '$site' and zone.zone = dwell.zone
where dwell.expected_ms > 0 and zone.space = any (array[$space]::text[])
order by 1, 2, 3
