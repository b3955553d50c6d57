-- needs: reading.coverage, reading.profile_bucket, reading.profile_cells, reading.zone_parts, reading.zone_profile_expected
-- Entries, exits and presence of each zone by weekday, hour and the like; groups, days and spread as in
-- reading.zone_dwell_profile. Numbers as reading.zone_flow says; occupancy_mean is presence over observed time.
create function reading.zone_flow_profile(
  p_site text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_zones text[] default null, p_whole boolean default false,
  p_days text default 'all'
)
returns table (
  zone text, group_number integer,
  entries bigint, appeared bigint, exits bigint, lost bigint, presence_s bigint, presence_hours numeric,
  occupancy_mean numeric, occupancy_max integer, entries_per_hour numeric,
  days bigint, days_expected bigint, spread_days bigint,
  entries_per_hour_sd numeric, entries_per_hour_q1 numeric, entries_per_hour_median numeric, entries_per_hour_q3 numeric,
  occupancy_mean_sd numeric, occupancy_mean_q1 numeric, occupancy_mean_median numeric, occupancy_mean_q3 numeric,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with cells as materialized (
    select array_agg(cell.slot order by cell.n) as slots, array_agg(cell.start_utc order by cell.n) as starts
    from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell
  ),
  counted as (
    select part.zone_id, cells.slots[width_bucket(part.start, cells.starts)] as slot,
      sum(part.entries)::bigint as entries, sum(part.appeared)::bigint as appeared, sum(part.exits)::bigint as exits,
      sum(part.lost)::bigint as lost, sum(part.presence_s)::bigint as presence_s,
      max(part.occupancy_max) as occupancy_max, sum(part.observed_ms)::bigint as observed_ms,
      bit_or(part.flags) as flags
    from cells
      cross join reading.zone_parts(p_site, reading.profile_bucket(p_by), p_from, p_to, p_hours, p_zones) as part
    group by 1, 2
  ),
  slot as (
    select slot.zone, slot.group_number, slot.slot, slot.expected_ms, slot.partial, counted.entries, counted.appeared,
      counted.exits, counted.lost, counted.presence_s, counted.occupancy_max,
      coalesce(counted.observed_ms, 0) as observed_ms, coalesce(counted.flags, 0) as flags
    from reading.zone_profile_expected(p_site, p_by, p_from, p_to, p_hours, p_zones, p_whole, p_days) as slot
      left join counted on counted.zone_id = slot.zone_id and counted.slot = slot.slot
  ),
  pooled as (
    select slot.zone, slot.group_number,
      sum(slot.entries)::bigint as entries, sum(slot.appeared)::bigint as appeared, sum(slot.exits)::bigint as exits,
      sum(slot.lost)::bigint as lost, sum(slot.presence_s)::bigint as presence_s,
      max(slot.occupancy_max) as occupancy_max, sum(slot.observed_ms)::bigint as observed_ms,
      sum(slot.expected_ms)::bigint as expected_ms, bit_or(slot.flags) as flags, bool_or(slot.partial) as partial,
      count(*) filter (where slot.observed_ms > 0) as days, count(*) filter (where slot.expected_ms > 0) as days_expected,
      count(*) filter (where kept.so) as spread_days,
      round(stddev_samp(rate.entries) filter (where kept.so)::numeric, 3) as entries_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by rate.entries) filter (where kept.so) as entries_q,
      round(stddev_samp(rate.present) filter (where kept.so)::numeric, 3) as present_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by rate.present) filter (where kept.so) as present_q
    from slot
      cross join lateral (
        select not slot.partial and slot.observed_ms > 0 and slot.expected_ms > 0
          and 2 * slot.observed_ms >= slot.expected_ms
      ) as kept (so)
      cross join lateral (
        select slot.entries * 3600000.0::double precision / nullif(slot.observed_ms, 0),
          slot.presence_s * 1000.0::double precision / nullif(slot.observed_ms, 0)
      ) as rate (entries, present)
    group by slot.zone, slot.group_number
  )
  select pooled.zone, pooled.group_number,
    seen.entries, seen.appeared, seen.exits, seen.lost, seen.presence_s, round(seen.presence_s / 3600.0, 3),
    round(seen.presence_s * 1000.0 / pooled.observed_ms, 3), seen.occupancy_max,
    round(seen.entries * 3600000.0 / pooled.observed_ms, 3),
    pooled.days, pooled.days_expected, pooled.spread_days,
    pooled.entries_sd, round(pooled.entries_q[1]::numeric, 3), round(pooled.entries_q[2]::numeric, 3),
    round(pooled.entries_q[3]::numeric, 3),
    pooled.present_sd, round(pooled.present_q[1]::numeric, 3), round(pooled.present_q[2]::numeric, 3),
    round(pooled.present_q[3]::numeric, 3),
    pooled.observed_ms, pooled.expected_ms, reading.coverage(pooled.observed_ms, pooled.expected_ms), pooled.flags,
    pooled.partial
  from pooled
    -- Nothing observed is no number, not 0.
    left join pooled as seen on seen.zone = pooled.zone and seen.group_number = pooled.group_number
      and seen.observed_ms > 0;
end;
