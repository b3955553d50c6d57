-- The share of those who came into each zone that stayed, baseline beside follow-up: of all visits of the local days watched for
-- dwell for nine tenths or more put together. An asterisk follows the name where the bounds of either are wide. Zones that use the
-- same days are read together.
with phase as (
  select
    case phase when '$baseline' then 'baseline' else 'follow_up' end as compared,
    starts_at,
    least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study' and phase in ('$baseline', '$follow_up')
),
day as (
  select
    phase.compared,
    phase.starts_at,
    phase.to_utc,
    dwell.zone,
    array_agg(case when dwell.coverage >= 0.9 then 1 else 0 end order by dwell.start_utc) as used
  from phase
  cross join lateral reading.zone_dwell(
    '$site', 'day', phase.starts_at, phase.to_utc, '$threshold'::integer, '$hours'
  ) as dwell
  group by phase.compared, phase.starts_at, phase.to_utc, dwell.zone
),
alike as (
  select day.compared, day.starts_at, day.to_utc, day.used, array_agg(day.zone) as zones
  from day
  group by day.compared, day.starts_at, day.to_utc, day.used
),
stay as (
  select alike.compared, zone.zone, pooled.share, pooled.wide
  from alike
  cross join lateral reading.pooled_zone_dwell(
    '$site', 'day', alike.starts_at, alike.to_utc, '$threshold'::integer, '$hours', alike.zones, alike.used
  ) as pooled
  join reading.zone on zone.zone_id = pooled.zone_id
)
select
  case '$language' when 'sv' then place.name_sv else place.name_en end
  || case when bool_or(stay.wide) then ' *' else '' end as zone,
  max(stay.share) filter (where stay.compared = 'baseline') as baseline,
  max(stay.share) filter (where stay.compared = 'follow_up') as follow_up
from stay
join reading.zone as place on place.site = '$site' and place.zone = stay.zone
where place.space = any (array[$space]::text[])
group by place.zone, place.name_sv, place.name_en
order by 1, place.zone
