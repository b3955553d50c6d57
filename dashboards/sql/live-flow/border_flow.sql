-- In and out over each border: the sum of its main lines, under the contract's rule of half the time watched.
-- Out of a border to outside is forward over it; of any other border, in is forward.
-- The step that goes on is left out: a part of it would look like a fall.
with asked as (
  select min(start_utc) as from_utc, max(end_utc) filter (where end_utc <= now()) as to_utc
  from reading.site
  cross join lateral reading.buckets(site.time_zone, '$bucket', $__timeFrom()::timestamptz, $__timeTo()::timestamptz)
  where site.site = '$site'
)
select
  flow.start_utc as "time",
  case '$language' when 'sv' then border.name_sv else border.name_en end as border,
  border.border as border_key,
  case
    when min(flow.coverage) < 0.5 then null
    when border.to_space is null then sum(flow.backward)
    else sum(flow.forward)
  end as inward,
  case
    when min(flow.coverage) < 0.5 then null
    when border.to_space is null then sum(flow.forward)
    else sum(flow.backward)
  end as outward
from asked
cross join lateral reading.line_flow('$site', '$bucket', asked.from_utc, asked.to_utc) as flow
join reading.line on line.site = '$site' and line.line = flow.line and line.role = 'main'
join reading.border on border.site = '$site' and border.border = line.border
where flow.expected_ms > 0
  and (border.from_space = any (array[$space]::text[]) or border.to_space = any (array[$space]::text[]))
group by flow.start_utc, border.border, border.name_sv, border.name_en, border.to_space
order by 1, 2, 3
