-- The share of the time that each line was watched, of the time it should have been. Lines of the chosen counters, and
-- lines that no counter was ever assigned to.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select
  flow.start_utc as "time",
  case '$language' when 'sv' then line.name_sv else line.name_en end as line,
  line.line as line_key,
  flow.coverage
from asked
cross join lateral reading.line_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
join reading.line on line.site = '$site' and line.line = flow.line
where flow.expected_ms > 0
  and (line.from_space = any (array[$space]::text[]) or line.to_space = any (array[$space]::text[]))
  and coalesce(
    (
      select bool_or(assigned.device = any (array[$device]::text[]))
      from reading.device_assignment as assigned
      where assigned.site = '$site' and assigned.line = line.line
    ),
    true
  )
order by 1, 2, 3
