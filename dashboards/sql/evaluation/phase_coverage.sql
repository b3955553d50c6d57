-- The share of the time that each line and zone was watched, of the time it should have been, baseline beside follow-up; and by
-- which definition of watched: counters of wire 1.0 may name time in which nobody would have been counted.
with phase as (
  select
    case phase when '$baseline' then 'baseline' else 'follow_up' end as compared,
    starts_at,
    least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study' and phase in ('$baseline', '$follow_up')
),
measured as (
  select phase.compared, line.name_sv, line.name_en, 'line' as kind, flow.line as place, flow.observed_ms, flow.expected_ms
  from phase
  cross join lateral reading.line_flow('$site', 'day', phase.starts_at, phase.to_utc, '$hours') as flow
  join reading.line on line.site = '$site' and line.line = flow.line
  where line.from_space = any (array[$space]::text[]) or line.to_space = any (array[$space]::text[])
  union all
  select phase.compared, zone.name_sv, zone.name_en, 'zone', flow.zone, flow.observed_ms, flow.expected_ms
  from phase
  cross join lateral reading.zone_flow('$site', 'day', phase.starts_at, phase.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where zone.space = any (array[$space]::text[])
),
defined as (
  select 'line' as kind, quarter.line as place, coalesce(setup.minor, 0) as minor
  from phase
  join reading.line_quarter as quarter
    on quarter.site = '$site' and quarter.start >= phase.starts_at and quarter.start < phase.to_utc
  left join reading.setup using (setup_id)
  group by 1, 2, 3
  union all
  select 'zone', quarter.zone, coalesce(setup.minor, 0)
  from phase
  join reading.zone_quarter as quarter
    on quarter.site = '$site' and quarter.start >= phase.starts_at and quarter.start < phase.to_utc
  left join reading.setup using (setup_id)
  group by 1, 2, 3
),
definition as (
  select kind, place, case when max(minor) = 0 then 'older' when min(minor) > 0 then 'newer' else 'two' end as definition
  from defined
  group by kind, place
)
select
  case '$language' when 'sv' then name_sv else name_en end as place,
  kind,
  reading.coverage(
    (sum(observed_ms) filter (where compared = 'baseline'))::bigint,
    (sum(expected_ms) filter (where compared = 'baseline'))::bigint
  ) as baseline,
  reading.coverage(
    (sum(observed_ms) filter (where compared = 'follow_up'))::bigint,
    (sum(expected_ms) filter (where compared = 'follow_up'))::bigint
  ) as follow_up,
  definition
from measured
left join definition using (kind, place)
group by kind, place, name_sv, name_en, definition
order by kind, 1, measured.place
