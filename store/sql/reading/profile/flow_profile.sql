-- needs: reading.coverage, reading.flow_profile_expected, reading.flow_profile_slots
-- Crossings of the site, its spaces, borders or lines (p_of; part is the key, empty of the site) by weekday, hour and the
-- like; groups, days and spread as in reading.zone_dwell_profile. inward of the site are entries, of a border or line
-- forward.
--
-- Counts are sums over the group. Rates are per hour of expected time: each line's count over its own observed time, weighed
-- by the time that it was commissioned, so that what one line missed neither lowers the rate nor raises another's. For a
-- line by itself that is its count over its observed time.
-- coverage is the smallest of the main lines' over the group; missing names those below 0.9; below 0.5 a sum has neither
-- counts nor rates. days: dates on which each of its lines observed something.
create function reading.flow_profile(
  p_site text, p_of text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_parts text[] default null, p_whole boolean default false,
  p_days text default 'all'
)
returns table (
  part text, group_number integer, inward bigint, outward bigint, gross_inward bigint, gross_outward bigint,
  inward_per_hour numeric, outward_per_hour numeric, days bigint, days_expected bigint, spread_days bigint,
  inward_per_hour_sd numeric, inward_per_hour_q1 numeric, inward_per_hour_median numeric, inward_per_hour_q3 numeric,
  outward_per_hour_sd numeric, outward_per_hour_q1 numeric, outward_per_hour_median numeric, outward_per_hour_q3 numeric,
  observed_ms bigint, expected_ms bigint, coverage numeric, missing text[], estimate boolean, flags integer,
  partial boolean
)
language sql stable
begin atomic
  with one as (
    -- Of each line in each slot, and (slot is null) in each group.
    select part, line, group_number, slot, sum(inward) as inward, sum(outward) as outward,
      sum(gross_inward) as gross_inward, sum(gross_outward) as gross_outward, sum(observed_ms)::bigint as observed_ms,
      sum(expected_ms)::bigint as expected_ms, bit_or(flags) as flags
    from reading.flow_profile_slots(p_site, p_of, p_by, p_from, p_to, p_hours, p_parts, p_whole, p_days)
    group by grouping sets ((part, line, group_number, slot), (part, line, group_number))
  ),
  total as (
    select one.part, one.group_number, coalesce(one.slot, 0) as slot, min(covered.ratio) as coverage,
      max(greatest(one.expected_ms - one.observed_ms, 0)) as missing_ms, sum(one.observed_ms)::bigint as lines_ms,
      sum(one.inward)::bigint as inward, sum(one.outward)::bigint as outward,
      sum(one.gross_inward)::bigint as gross_inward, sum(one.gross_outward)::bigint as gross_outward,
      -- What would have been counted had each line been watched all of its time.
      sum(one.inward * (one.expected_ms::double precision / nullif(one.observed_ms, 0))) as all_inward,
      sum(one.outward * (one.expected_ms::double precision / nullif(one.observed_ms, 0))) as all_outward,
      array_agg(one.line order by one.line) filter (where covered.ratio < 0.9) as missing, bit_or(one.flags) as flags
    from one
      cross join lateral (select reading.coverage(one.observed_ms, one.expected_ms)) as covered (ratio)
    where one.expected_ms > 0
    group by one.part, one.group_number, one.slot
  ),
  expected as (
    select part, group_number, coalesce(slot, 0) as slot, sum(expected_ms)::bigint as expected_ms,
      bool_or(partial) as partial
    from reading.flow_profile_expected(p_site, p_of, p_by, p_from, p_to, p_hours, p_parts, p_whole, p_days)
    group by grouping sets ((part, group_number, slot), (part, group_number))
  ),
  known as (
    select expected.part, expected.group_number, expected.slot, expected.expected_ms, expected.partial, total.coverage,
      case when p_of = 'line' then coalesce(total.lines_ms, 0)
        else greatest(expected.expected_ms - coalesce(total.missing_ms, 0), 0) end as observed_ms,
      coalesce(total.missing, '{}') as missing, coalesce(total.coverage < 0.9, false) as estimate,
      coalesce(total.flags, 0) as flags, counted.so as is_counted,
      case when counted.so then total.inward end as inward, case when counted.so then total.outward end as outward,
      case when counted.so then total.gross_inward end as gross_inward,
      case when counted.so then total.gross_outward end as gross_outward,
      case when counted.so then total.all_inward * 3600000.0 / nullif(expected.expected_ms, 0) end as inward_rate,
      case when counted.so then total.all_outward * 3600000.0 / nullif(expected.expected_ms, 0) end as outward_rate
    from expected
      left join total on total.part = expected.part and total.group_number = expected.group_number
        and total.slot = expected.slot
      cross join lateral (
        select coalesce(total.lines_ms > 0 and (p_of = 'line' or total.coverage >= 0.5), false)
      ) as counted (so)
  ),
  spread as (
    select known.part, known.group_number, count(*) filter (where known.coverage > 0) as days,
      count(*) filter (where known.expected_ms > 0) as days_expected, count(*) filter (where kept.so) as spread_days,
      round(stddev_samp(known.inward_rate) filter (where kept.so)::numeric, 3) as in_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by known.inward_rate) filter (where kept.so) as in_q,
      round(stddev_samp(known.outward_rate) filter (where kept.so)::numeric, 3) as out_sd,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by known.outward_rate) filter (where kept.so) as out_q
    from known
      cross join lateral (
        select not known.partial and known.is_counted and known.coverage >= 0.5
      ) as kept (so)
    where known.slot > 0
    group by known.part, known.group_number
  )
  select known.part, known.group_number, known.inward, known.outward, known.gross_inward, known.gross_outward,
    round(known.inward_rate::numeric, 3), round(known.outward_rate::numeric, 3),
    spread.days, spread.days_expected, spread.spread_days,
    spread.in_sd, round(spread.in_q[1]::numeric, 3), round(spread.in_q[2]::numeric, 3),
    round(spread.in_q[3]::numeric, 3),
    spread.out_sd, round(spread.out_q[1]::numeric, 3), round(spread.out_q[2]::numeric, 3),
    round(spread.out_q[3]::numeric, 3),
    known.observed_ms, known.expected_ms, known.coverage, known.missing, known.estimate, known.flags, known.partial
  from known
    join spread on spread.part = known.part and spread.group_number = known.group_number
  where known.slot = 0;
end;
