-- Passages into and out of each of the chosen spaces; a step is empty where one of its lines was watched for less than half.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select
  flow.start_utc as "time",
  case '$language' when 'sv' then space.name_sv else space.name_en end as space,
  space.space as space_key,
  flow.inward,
  flow.outward
from asked
cross join lateral reading.space_flow('$site', '$bucket', asked.from_utc, asked.to_utc, '$hours') as flow
join reading.space on space.site = '$site' and space.space = flow.space
where flow.coverage is not null and space.space = any (array[$space]::text[])
order by 1, 2, 3
