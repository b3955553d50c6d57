-- Writes what the rules find in the range beside what was found before: what overlaps is the same anomaly, as it is now;
-- what isn't found any more, though it lies in the range as a whole, is gone. Returns how many are new, known and gone.
with site as (
  select site_id from platspuls.site where key = %(site)s
),
found as materialized (
  select site.site_id, found.rule, line.line_id, zone.zone_id, space.space_id, device.device_id, found.starts_at,
    found.ends_at, found.measured, found.usual
  from reading.anomalies_in(%(site)s, %(from)s, %(to)s) as found
  cross join site
  left join platspuls.line on line.site_id = site.site_id and line.key = found.line
  left join platspuls.zone on zone.site_id = site.site_id and zone.key = found.zone
  left join platspuls.space on space.site_id = site.site_id and space.key = found.space
  left join platspuls.device on device.site_id = site.site_id and device.key = found.device
),
pair as materialized (
  select found.*, (
    select min(known.anomaly_id)
    from platspuls.anomaly as known
    where known.site_id = found.site_id and known.rule = found.rule
      and known.line_id is not distinct from found.line_id and known.zone_id is not distinct from found.zone_id
      and known.space_id is not distinct from found.space_id and known.device_id is not distinct from found.device_id
      and known.starts_at < found.ends_at and known.ends_at > found.starts_at
  ) as anomaly_id
  from found
),
again as (
  -- Two that are one now (what lay between them came late) would be the same row twice: the longest speaks for it.
  update platspuls.anomaly as known
  set starts_at = case when known.starts_at < %(from)s then known.starts_at else pair.starts_at end,
    ends_at = pair.ends_at, measured = pair.measured, usual = pair.usual, looked_at = now(), gone_at = null
  from (
    select distinct on (anomaly_id) * from pair where anomaly_id is not null order by anomaly_id, ends_at - starts_at desc
  ) as pair
  where known.anomaly_id = pair.anomaly_id
  returning known.anomaly_id
),
gone as (
  update platspuls.anomaly as known
  set gone_at = now(), looked_at = now()
  from site
  where known.site_id = site.site_id and known.gone_at is null
    and known.starts_at >= %(from)s and known.ends_at <= %(to)s
    and not exists (select from pair where pair.anomaly_id = known.anomaly_id)
  returning known.anomaly_id
),
made as (
  insert into platspuls.anomaly (
    site_id, rule, line_id, zone_id, space_id, device_id, starts_at, ends_at, measured, usual
  )
  select site_id, rule, line_id, zone_id, space_id, device_id, starts_at, ends_at, measured, usual
  from pair where anomaly_id is null
  returning anomaly_id
)
select (select count(*) from made), (select count(*) from again), (select count(*) from gone)
