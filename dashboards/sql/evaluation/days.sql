-- Entries to the site and person-hours of the chosen spaces' zones that may be added, by local day in the hours chosen; empty
-- where a line, or a zone, was watched for less than nine tenths of the day, and on the day that goes on.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'day', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
stayed as (
  select flow.start_utc, case when min(flow.coverage) >= 0.9 then round(sum(flow.presence_s) / 3600.0, 1) end as person_hours
  from asked
  cross join lateral reading.zone_flow('$site', 'day', asked.from_utc, asked.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.disjoint and zone.space = any (array[$space]::text[])
  group by flow.start_utc
)
select
  flow.start_utc as "time",
  case when flow.coverage >= 0.9 and flow.end_utc <= asked.to_utc then flow.entries end as entries,
  case when flow.end_utc <= asked.to_utc then stayed.person_hours end as person_hours
from asked
cross join lateral reading.site_flow('$site', 'day', asked.from_utc, asked.to_utc, '$hours') as flow
left join stayed on stayed.start_utc = flow.start_utc
where flow.coverage is not null
order by 1
