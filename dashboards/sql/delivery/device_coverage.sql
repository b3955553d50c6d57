-- The share of the time that each chosen counter really watched, of the time its lines and zones should have been watched:
-- the lowest of them.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
measured as (
  select flow.start_utc, flow.end_utc, 'line' as kind, flow.line as place, flow.coverage
  from asked
  cross join lateral reading.line_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
  where flow.expected_ms > 0
  union all
  select flow.start_utc, flow.end_utc, 'zone', flow.zone, flow.coverage
  from asked
  cross join lateral reading.zone_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
  where flow.expected_ms > 0
)
select
  measured.start_utc as "time",
  case '$language' when 'sv' then device.name_sv else device.name_en end as device,
  device.device as device_key,
  min(measured.coverage) as coverage
from measured
join reading.device_assignment as assigned
  on assigned.site = '$site' and assigned.kind = measured.kind and coalesce(assigned.line, assigned.zone) = measured.place
  and coalesce(assigned.from_utc, '-infinity') < measured.end_utc
  and coalesce(assigned.to_utc, 'infinity') > measured.start_utc
join reading.device on device.site = '$site' and device.device = assigned.device
where device.device = any (array[$device]::text[])
group by measured.start_utc, device.device, device.name_sv, device.name_en
order by 1, 2, 3
