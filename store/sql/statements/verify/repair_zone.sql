-- Writes what the facts say into the quarter-hours of a site's zones that differ, but where facts are gone, and
-- raises the data version of their days. The devices of the site must be locked. Returns how many were written.
with repaired as (
  insert into platspuls.zone_quarter
  select (differing.recounted).*
  from platspuls.zone_differences(%(site)s, %(from)s, %(to)s) as differing
  where (differing.recounted).zone_id is not null and not differing.gone
  order by 1, 2
  on conflict (zone_id, start) do update set
    setup_id = excluded.setup_id,
    entries = excluded.entries,
    appeared = excluded.appeared,
    exits = excluded.exits,
    lost = excluded.lost,
    presence_s = excluded.presence_s,
    occupancy_max = excluded.occupancy_max,
    observed_ms = excluded.observed_ms,
    minutes = excluded.minutes,
    flags = excluded.flags
  returning zone_id, start
), raised as (
  insert into platspuls.data_version as known (device_id, day, arrived_at)
  select distinct delivery.device_id, (repaired.start at time zone 'UTC')::date, now()
  from repaired
  join platspuls.zone_flow as fact
    on fact.zone_id = repaired.zone_id
    and fact.start >= repaired.start and fact.start < repaired.start + interval '15 minutes'
    and fact.start >= %(from)s and fact.start < %(to)s
  join platspuls.delivery using (delivery_id)
  order by 1, 2
  on conflict (device_id, day) do update set version = known.version + 1, arrived_at = excluded.arrived_at
), late as (
  -- There are sums of them already: no longer of these quarter-hours.
  update platspuls.zone_summed as summed
  set during = summed.during - gone.during
  from (
    select zone_id, range_agg(tstzrange(repaired.start, repaired.start + interval '15 minutes')) as during
    from repaired
    join platspuls.zone_summed as known using (zone_id)
    where repaired.start < upper(known.during)
    group by zone_id
    order by zone_id
  ) as gone
  where summed.zone_id = gone.zone_id and summed.during && gone.during
)
select count(*) from repaired
