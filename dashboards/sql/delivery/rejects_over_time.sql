-- Refused messages and records by the step in which they came first, and by code. What names a site that doesn't exist, or
-- none, is in it as well: nobody else would see it.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) as to_utc, min(site.time_zone) as time_zone
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select step.start_utc as "time", reject.code, count(*) as rejects
from asked
cross join lateral reading.buckets(asked.time_zone, '$bucket', asked.from_utc, asked.to_utc) as step
join reading.reject on reject.arrived_at >= step.start_utc and reject.arrived_at < step.end_utc
where asked.time_zone is not null
  and not exists (select from reading.site where site.site = reject.site and site.site <> '$site')
  and (
    reject.device = any (array[$device]::text[])
    or not exists (select from reading.device where device.site = reject.site and device.device = reject.device)
  )
group by 1, 2
order by 1, 2
