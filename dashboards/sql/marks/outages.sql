-- Annotation: quarter-hours in a row that should have been watched at a line and weren't, with the counter that was
-- there. Only those that ended half an hour ago or more: what a counter sends after a short break may be on its way.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'quarter', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site' and end_utc <= now() - interval '30 minutes'
),
quarter as (
  select
    flow.line,
    flow.start_utc,
    flow.end_utc,
    flow.observed_ms = 0 as unseen,
    row_number() over (partition by flow.line order by flow.start_utc)
    - row_number() over (partition by flow.line, flow.observed_ms = 0 order by flow.start_utc) as run
  from asked
  cross join lateral reading.line_flow('$site', 'quarter', asked.from_utc, asked.to_utc) as flow
  where flow.expected_ms > 0
),
outage as (
  select line, min(start_utc) as from_utc, max(end_utc) as to_utc
  from quarter
  where unseen
  group by line, run
)
select
  outage.from_utc as "time",
  outage.to_utc as timeend,
  concat_ws(
    ': ',
    string_agg(distinct case '$language' when 'sv' then device.name_sv else device.name_en end, ', '),
    case '$language' when 'sv' then line.name_sv else line.name_en end
  ) as text
from outage
join reading.line on line.site = '$site' and line.line = outage.line
left join reading.device_assignment as assigned
  on assigned.site = '$site' and assigned.line = outage.line
  and coalesce(assigned.from_utc, '-infinity') < outage.to_utc
  and coalesce(assigned.to_utc, 'infinity') > outage.from_utc
left join reading.device on device.site = '$site' and device.device = assigned.device
where (line.from_space = any (array[$space]::text[]) or line.to_space = any (array[$space]::text[]))
  and (assigned.device is null or assigned.device = any (array[$device]::text[]))
group by outage.from_utc, outage.to_utc, outage.line, line.name_sv, line.name_en
order by 1, 2, 3
