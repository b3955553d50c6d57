-- The mean number present by the hour of the site's clocks, baseline beside follow-up: over the chosen spaces' zones that may
-- be added, means of the hours watched for nine tenths or more in each of them.
with phase as (
  select
    case phase when '$baseline' then 'baseline' else 'follow_up' end as compared,
    starts_at,
    least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study' and phase in ('$baseline', '$follow_up')
),
hour as (
  select
    phase.compared,
    extract(hour from flow.start_local)::integer as hour,
    min(flow.coverage) as coverage,
    sum(flow.occupancy_mean) as present
  from phase
  cross join lateral reading.zone_flow('$site', 'hour', phase.starts_at, phase.to_utc, '$hours') as flow
  join reading.zone on zone.site = '$site' and zone.zone = flow.zone
  where flow.expected_ms > 0 and zone.disjoint and zone.space = any (array[$space]::text[])
  group by phase.compared, flow.start_utc, flow.start_local
)
select
  to_char(hour.hour, 'FM00') as hour,
  round(avg(present) filter (where compared = 'baseline'), 2) as baseline,
  round(avg(present) filter (where compared = 'follow_up'), 2) as follow_up
from hour
where coverage >= 0.9
group by hour.hour
order by hour.hour
