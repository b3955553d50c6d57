-- The share of the time that each line and zone was watched, of the time it should have been, baseline beside follow-up.
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
  ) as follow_up
from measured
group by kind, place, name_sv, name_en
order by kind, 1, measured.place
