-- needs: reading.coverage, reading.dwell_edge_number, reading.pooled_zone_dwell, reading.profile_bucket
-- needs: reading.profile_cells, reading.zone_life_table, reading.zone_profile_expected
-- Dwell and stays of each zone by weekday, hour and the like (p_by: reading.profile_by): one row a zone and group that
-- occurs in [p_from, p_to), observed or not.
--
-- Each group is one life table of all visits that ended in it; numbers as reading.zone_dwell says. Rates are over observed
-- time, so an hour that comes twice weighs as two hours, and one that is skipped as none. p_whole leaves out buckets
-- (reading.profile_bucket) that are cut or haven't ended.
-- days: local dates on which it was observed; days_expected: on which it should have been. Spread is between the
-- spread_days: dates on which at least half of the expected time was observed, and none of it is partial. *_sd is the
-- standard deviation of a sample (null below two dates), *_q1, *_median, *_q3 are quartiles, linear between dates; each
-- date's share is its own life table.
create function reading.zone_dwell_profile(
  p_site text, p_by text, p_from timestamptz, p_to timestamptz, p_threshold_s integer, p_hours text default 'all',
  p_zones text[] default null, p_whole boolean default false,
  p_days text default 'all'
)
returns table (
  zone text, group_number integer,
  entered bigint, complete bigint, cut bigint, fragment bigint,
  stays numeric, stays_low bigint, stays_high bigint, wide boolean, share numeric,
  median_s numeric, p75_s numeric, p90_s numeric, entered_per_hour numeric, stays_per_hour numeric,
  days bigint, days_expected bigint, spread_days bigint,
  entered_per_hour_sd numeric, entered_per_hour_q1 numeric, entered_per_hour_median numeric, entered_per_hour_q3 numeric,
  share_sd numeric, share_q1 numeric, share_median numeric, share_q3 numeric,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with cells as materialized (
    select array_agg(cell.group_number order by cell.n) as groups, array_agg(cell.slot order by cell.n) as slots
    from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell
  ),
  pooled as (
    select answer.*
    from cells
      cross join lateral reading.pooled_zone_dwell(
        p_site, reading.profile_bucket(p_by), p_from, p_to, p_threshold_s, p_hours, p_zones, cells.groups
      ) as answer
  ),
  daily as (
    select life.zone_id, life.n, life.observed_ms, life.entered * 3600000 / life.observed_ms as rate,
      case
        when life.entered > 0 then
          case reading.dwell_edge_number(p_threshold_s)
            when 2 then life.s_01 when 3 then life.s_02 when 4 then life.s_03 when 5 then life.s_04
            when 6 then life.s_05 when 7 then life.s_06 when 8 then life.s_07 when 9 then life.s_08
            when 10 then life.s_09 when 11 then life.s_10 when 12 then life.s_11 when 13 then life.s_12
            when 14 then life.s_13 when 15 then life.s_14 when 16 then life.s_15 when 17 then life.s_16
            when 18 then life.s_17 when 19 then life.s_18 when 20 then life.s_19 when 21 then life.s_20
            when 22 then life.s_21 when 23 then life.s_22 when 24 then life.s_23
          end
      end as share
    from cells
      cross join lateral reading.zone_life_table(
        p_site, reading.profile_bucket(p_by), p_from, p_to, p_threshold_s, p_hours, p_zones, cells.slots
      ) as life
  ),
  spread as (
    select slot.zone_id, slot.zone, slot.group_number, sum(slot.expected_ms)::bigint as expected_ms,
      bool_or(slot.partial) as partial, count(*) filter (where slot.expected_ms > 0) as days_expected,
      count(daily.n) as days, count(*) filter (where kept.so) as spread_days,
      round(stddev_samp(daily.rate) filter (where kept.so)::numeric, 3) as rate_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by daily.rate) filter (where kept.so) as rates,
      round(stddev_samp(daily.share) filter (where kept.so)::numeric, 4) as share_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by daily.share) filter (where kept.so) as shares
    from reading.zone_profile_expected(p_site, p_by, p_from, p_to, p_hours, p_zones, p_whole, p_days) as slot
      left join daily on daily.zone_id = slot.zone_id and daily.n = slot.slot
      cross join lateral (
        select not slot.partial and slot.expected_ms > 0 and coalesce(2 * daily.observed_ms >= slot.expected_ms, false)
      ) as kept (so)
    group by slot.zone_id, slot.zone, slot.group_number
  )
  select spread.zone, spread.group_number,
    pooled.entered, pooled.entered - pooled.cut, pooled.cut, pooled.fragment,
    pooled.stays, pooled.stays_low, pooled.stays_high, coalesce(pooled.wide, false), pooled.share,
    pooled.median_s, pooled.p75_s, pooled.p90_s,
    round(pooled.entered * 3600000.0 / pooled.observed_ms, 3), round(pooled.stays * 3600000.0 / pooled.observed_ms, 3),
    spread.days, spread.days_expected, spread.spread_days,
    spread.rate_sd, round(spread.rates[1]::numeric, 3), round(spread.rates[2]::numeric, 3),
    round(spread.rates[3]::numeric, 3),
    spread.share_sd, round(spread.shares[1]::numeric, 4), round(spread.shares[2]::numeric, 4),
    round(spread.shares[3]::numeric, 4),
    coalesce(pooled.observed_ms, 0), spread.expected_ms,
    reading.coverage(coalesce(pooled.observed_ms, 0), spread.expected_ms), coalesce(pooled.flags, 0), spread.partial
  from spread
    left join pooled on pooled.zone_id = spread.zone_id and pooled.n = spread.group_number;
end;
