-- The mean number of people in each zone: presence over the time watched, where that is half of the time or more.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select
  flow.start_utc as "time",
  case '$language' when 'sv' then zone.name_sv else zone.name_en end as zone,
  zone.zone as zone_key,
  case when flow.coverage >= 0.5 then flow.occupancy_mean end as occupancy_mean
from asked
cross join lateral reading.zone_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
join reading.zone on zone.site = '$site' and zone.zone = flow.zone
where flow.expected_ms > 0 and zone.space = any (array[$space]::text[])
order by 1, 2, 3
