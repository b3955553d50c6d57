-- Hours by weekdays: the mean number of people in each space, over all such hours of the range by the site's clocks. Over
-- the zones that may be added, presence by the time really watched; no figure where one of them has none. Hours of which
-- less than half was watched are left out.
with asked as (
  select min(start_utc) as from_utc, least(max(end_utc), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, 'hour', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
),
zone as (
  select
    zone.space,
    flow.zone,
    extract(isodow from flow.start_local)::integer as weekday,
    extract(hour from flow.start_local)::integer as hour,
    sum(flow.presence_s) filter (where flow.coverage >= 0.5) * 1000.0
    / sum(flow.observed_ms) filter (where flow.coverage >= 0.5) as present
  from asked
  cross join lateral reading.zone_flow('$site', 'hour', asked.from_utc, asked.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.disjoint and zone.space = any (array[$space]::text[])
  group by 1, 2, 3, 4
),
cell as (
  select space, weekday, hour, case when bool_and(present is not null) then sum(present) end as value
  from zone
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
