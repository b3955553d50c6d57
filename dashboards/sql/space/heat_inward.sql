-- Hours by weekdays: the mean number of passages into each space an hour, over all such whole hours of the range by the
-- site's clocks. Hours in which one of its lines was watched for less than nine tenths are left out. As reading.space_flow, whose
-- plan is slow for thousands of hours.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'hour', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
measured as materialized (
  select flow.*
  from asked
  cross join lateral reading.line_flow('$site', 'hour', asked.from_utc, asked.to_utc, '$hours') as flow
  where flow.expected_ms > 0
),
total as (
  select
    side.space,
    measured.start_local,
    min(measured.coverage) as coverage,
    sum(case when side.forward_in then measured.forward else measured.backward end) as inward
  from measured
  join reading.line on line.site = '$site' and line.line = measured.line and line.role = 'main'
  cross join lateral (values (line.to_space, true), (line.from_space, false)) as side (space, forward_in)
  where measured.end_utc <= (select to_utc from asked) and side.space = any (array[$space]::text[])
  group by side.space, measured.start_utc, measured.start_local
),
cell as (
  select
    space,
    extract(isodow from start_local)::integer as weekday,
    extract(hour from start_local)::integer as hour,
    avg(inward) filter (where coverage >= 0.9) as value
  from total
  group by 1, 2, 3
)
select
  case '$language' when 'sv' then space.name_sv else space.name_en end as space,
  (array[$weekdays])[weekday] as weekday,
  round(max(value) filter (where hour = 0), 1) as h00,
  round(max(value) filter (where hour = 1), 1) as h01,
  round(max(value) filter (where hour = 2), 1) as h02,
  round(max(value) filter (where hour = 3), 1) as h03,
  round(max(value) filter (where hour = 4), 1) as h04,
  round(max(value) filter (where hour = 5), 1) as h05,
  round(max(value) filter (where hour = 6), 1) as h06,
  round(max(value) filter (where hour = 7), 1) as h07,
  round(max(value) filter (where hour = 8), 1) as h08,
  round(max(value) filter (where hour = 9), 1) as h09,
  round(max(value) filter (where hour = 10), 1) as h10,
  round(max(value) filter (where hour = 11), 1) as h11,
  round(max(value) filter (where hour = 12), 1) as h12,
  round(max(value) filter (where hour = 13), 1) as h13,
  round(max(value) filter (where hour = 14), 1) as h14,
  round(max(value) filter (where hour = 15), 1) as h15,
  round(max(value) filter (where hour = 16), 1) as h16,
  round(max(value) filter (where hour = 17), 1) as h17,
  round(max(value) filter (where hour = 18), 1) as h18,
  round(max(value) filter (where hour = 19), 1) as h19,
  round(max(value) filter (where hour = 20), 1) as h20,
  round(max(value) filter (where hour = 21), 1) as h21,
  round(max(value) filter (where hour = 22), 1) as h22,
  round(max(value) filter (where hour = 23), 1) as h23
from cell
join reading.space on space.site = '$site' and space.space = cell.space
group by cell.space, space.name_sv, space.name_en, weekday
order by 1, cell.space, cell.weekday
