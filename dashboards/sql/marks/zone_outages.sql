-- Annotation: hours in a row in which a zone of the chosen spaces should have been watched and wasn't. Only those that ended
-- half an hour ago or more: what a counter sends after a short break may be on its way.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'hour', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site' and end_utc <= now() - interval '30 minutes'
),
hour as (
  select
    flow.zone,
    flow.start_utc,
    flow.end_utc,
    flow.observed_ms = 0 as unseen,
    row_number() over (partition by flow.zone order by flow.start_utc)
    - row_number() over (partition by flow.zone, flow.observed_ms = 0 order by flow.start_utc) as run
  from asked
  cross join lateral reading.zone_flow('$site', 'hour', asked.from_utc, asked.to_utc) as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.space = any (array[$space]::text[])
)
select
  min(hour.start_utc) as "time",
  max(hour.end_utc) as timeend,
  case '$language' when 'sv' then zone.name_sv else zone.name_en end as text
from hour
join reading.zone on zone.site = '$site' and zone.zone = hour.zone
where hour.unseen
group by hour.zone, hour.run, zone.name_sv, zone.name_en
order by 1, 2, 3
