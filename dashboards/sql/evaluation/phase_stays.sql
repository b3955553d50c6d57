-- The share of those who came into each zone that stayed, baseline beside follow-up: over the local days watched for dwell for
-- nine tenths or more in which stays aren't refused.
with phase as (
  select
    case phase when '$baseline' then 'baseline' else 'follow_up' end as compared,
    starts_at,
    least(coalesce(ends_at, now()), date_bin('15 minutes', now(), 'epoch')) as to_utc
  from reading.phase
  where site = '$site' and study = '$study' and phase in ('$baseline', '$follow_up')
),
zone as (
  select phase.compared, dwell.zone, sum(dwell.stays) / nullif(sum(dwell.entered), 0) as share
  from phase
  cross join lateral reading.zone_dwell(
    '$site', 'day', phase.starts_at, phase.to_utc, '$threshold'::integer, '$hours'
  ) as dwell
  where dwell.coverage >= 0.9 and not dwell.refused
  group by phase.compared, dwell.zone
)
select
  case '$language' when 'sv' then place.name_sv else place.name_en end as zone,
  round(max(zone.share) filter (where zone.compared = 'baseline'), 4) as baseline,
  round(max(zone.share) filter (where zone.compared = 'follow_up'), 4) as follow_up
from zone
join reading.zone as place on place.site = '$site' and place.zone = zone.zone
where place.space = any (array[$space]::text[])
group by place.zone, place.name_sv, place.name_en
order by 1, place.zone
