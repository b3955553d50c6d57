-- Passages into and out of each of the chosen spaces, over the main lines of its borders; a step is empty where one of them was
-- watched for less than half. As reading.space_flow, whose plan is slow for thousands of steps.
-- The step that goes on is left out: a part of it would look like a fall.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) filter (where end_utc <= now()) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
measured as materialized (
  select flow.*
  from asked
  cross join lateral reading.line_flow('$site', '$bucket', asked.from_utc, asked.to_utc, '$hours') as flow
  where flow.expected_ms > 0
),
total as (
  select
    side.space,
    measured.start_utc,
    min(measured.coverage) as coverage,
    sum(case when side.forward_in then measured.forward else measured.backward end) as inward,
    sum(case when side.forward_in then measured.backward else measured.forward end) as outward
  from measured
  join reading.line on line.site = '$site' and line.line = measured.line and line.role = 'main'
  cross join lateral (values (line.to_space, true), (line.from_space, false)) as side (space, forward_in)
  group by side.space, measured.start_utc
)
select
  total.start_utc as "time",
  case '$language' when 'sv' then space.name_sv else space.name_en end as space,
  space.space as space_key,
  case when total.coverage >= 0.5 then total.inward end as inward,
  case when total.coverage >= 0.5 then total.outward end as outward
from total
join reading.space on space.site = '$site' and space.space = total.space
where space.space = any (array[$space]::text[])
order by 1, 2, 3
