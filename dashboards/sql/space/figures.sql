-- The chosen spaces' zones that may be added, over the whole range: person-hours, the mean number present, and the share of
-- the time that was watched. No sum where any of the zones was watched for less than half.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
zone as (
  select
    flow.zone,
    sum(flow.presence_s) as presence_s,
    sum(flow.observed_ms) as observed_ms,
    reading.coverage(sum(flow.observed_ms)::bigint, sum(flow.expected_ms)::bigint) as coverage
  from asked
  cross join lateral reading.zone_flow('$site', '$bucket', asked.from_utc, asked.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.disjoint and zone.space = any (array[$space]::text[])
  group by flow.zone
)
select
  case when min(coverage) >= 0.5 then round(sum(presence_s) / 3600.0, 1) end as person_hours,
  case when min(coverage) >= 0.5 then round(sum(presence_s * 1000.0 / nullif(observed_ms, 0)), 2) end as present,
  min(coverage) as coverage
from zone
