-- Writes what the facts tell into the quarter-hours of a site's zones that differ, but where facts are gone, and
-- raises the data version of their days. The devices of the site must be locked. Returns how many were written.
with recounted as (
  select
    zone_id,
    date_bin('15 minutes', start, 'epoch') as start,
    max(setup_id) as setup_id,
    sum(entries)::integer as entries,
    sum(appeared)::integer as appeared,
    sum(exits)::integer as exits,
    sum(lost)::integer as lost,
    sum(presence_s)::integer as presence_s,
    max(occupancy_max)::integer as occupancy_max,
    sum(observed_ms)::integer as observed_ms,
    bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint %% 900) / 60)::integer) as minutes,
    bit_or(flags) as flags
  from platspuls.zone_flow
  join platspuls.zone using (zone_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
  group by 1, 2
), kept as (
  select
    zone_id, start, setup_id, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, minutes, flags
  from platspuls.zone_quarter
  join platspuls.zone using (zone_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
), mended as (
  insert into platspuls.zone_quarter (zone_id, start, setup_id, entries, appeared, exits, lost, presence_s,
    occupancy_max, observed_ms, minutes, flags)
  select zone_id, start, recounted.setup_id, recounted.entries, recounted.appeared, recounted.exits, recounted.lost,
    recounted.presence_s, recounted.occupancy_max, recounted.observed_ms, recounted.minutes, recounted.flags
  from recounted
  left join kept using (zone_id, start)
  where kept is distinct from recounted and coalesce(kept.minutes, 0) & ~recounted.minutes = 0
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
  insert into platspuls.data_version as known (device_id, day)
  select distinct delivery.device_id, (mended.start at time zone 'UTC')::date
  from mended
  join platspuls.zone_flow as fact
    on fact.zone_id = mended.zone_id
    and fact.start >= mended.start and fact.start < mended.start + interval '15 minutes'
    and fact.start >= %(from)s and fact.start < %(to)s
  join platspuls.delivery using (delivery_id)
  order by 1, 2
  on conflict (device_id, day) do update set version = known.version + 1
)
select count(*) from mended
