-- What the rules found, and what people answered. state: open (nobody answered, or it has grown since), answered, gone
-- (a later look no longer finds it, since late data came or an hour became usual). activities: what was arranged there
-- then, the commonest reason of a spike. excluded: an exclusion of the same part covers all of it.
create view reading.anomaly as
select
  anomaly.anomaly_id,
  site.key as site,
  anomaly.rule,
  line.key as line,
  zone.key as zone,
  space.key as space,
  device.key as device,
  anomaly.starts_at,
  anomaly.ends_at,
  anomaly.measured,
  anomaly.usual,
  anomaly.found_at,
  anomaly.looked_at,
  anomaly.gone_at,
  case
    when answer.ends_at >= anomaly.ends_at and answer.starts_at <= anomaly.starts_at then 'answered'
    when anomaly.gone_at is not null then 'gone'
    else 'open'
  end as state,
  coalesce(answer.version, 0) as version,
  answer.answer,
  answer.reason,
  answer.result_seen,
  answer.exclusion_id,
  answer.written_at,
  answer.written_by,
  exists (
    select from platspuls.exclusion
    where exclusion.site_id = anomaly.site_id and exclusion.withdrawn_at is null
      and exclusion.starts_at <= anomaly.starts_at and exclusion.ends_at >= anomaly.ends_at
      and coalesce(exclusion.line_id = anomaly.line_id, exclusion.line_id is null)
      and coalesce(exclusion.zone_id = anomaly.zone_id, exclusion.zone_id is null)
      and coalesce(exclusion.space_id = anomaly.space_id, exclusion.space_id is null)
  ) as excluded,
  array(
    select activity.title
    from platspuls.activity
    where activity.site_id = anomaly.site_id and activity.withdrawn_at is null and activity.status in ('ongoing', 'held')
      and activity.starts_at < anomaly.ends_at and activity.ends_at > anomaly.starts_at
    order by activity.starts_at
  ) as activities
from platspuls.anomaly
join platspuls.site using (site_id)
left join platspuls.line on line.line_id = anomaly.line_id
left join platspuls.zone on zone.zone_id = anomaly.zone_id
left join platspuls.space on space.space_id = anomaly.space_id
left join platspuls.device on device.device_id = anomaly.device_id
left join platspuls.anomaly_answer as answer on answer.anomaly_id = anomaly.anomaly_id;
