-- needs: reading.buckets, reading.dwell_edge_number, reading.site, reading.zone_dwell_of, reading.zone_grains
-- The life table of the visits that ended in each bucket: one row a zone and bucket in which dwell was observed; or in
-- all buckets of a group, where p_groups says the group of each bucket (reading.pooled_zone_dwell).
--
-- entered, cut, fragment: visits (see reading.zone_dwell); low and high: the bounds of the stays. s_NN: the estimated
-- share of the entered that lasts to the lower edge of bin NN (reading.dwell_edges()), where those cut in a bin count
-- as half at risk in it (actuarial).
--
-- It is written out bin by bin, since that is many times faster than arrays, and in steps, since the planner would
-- otherwise repeat the sums before in each one after: "offset 0" keeps the steps apart. Each step hands on only what
-- the later ones need. d_NN: complete in bin NN; c_NN: cut in it; e_NN: both; n_NN: there at its lower edge; f_NN: the
-- share of those there that outlast the bin. greatest(..., 0.5) only matters where nobody is left: then d_NN is 0.
create function reading.zone_life_table(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_threshold_s integer, p_hours text, p_zones text[],
  p_groups integer[] default null
)
returns table (
  zone_id integer, n integer, observed_ms bigint, flags integer, entered double precision, cut double precision,
  fragment bigint, low double precision, high double precision,
  s_01 double precision, s_02 double precision, s_03 double precision, s_04 double precision, s_05 double precision,
  s_06 double precision, s_07 double precision, s_08 double precision, s_09 double precision, s_10 double precision,
  s_11 double precision, s_12 double precision, s_13 double precision, s_14 double precision, s_15 double precision,
  s_16 double precision, s_17 double precision, s_18 double precision, s_19 double precision, s_20 double precision,
  s_21 double precision, s_22 double precision, s_23 double precision
)
language sql stable
begin atomic
  with edge as (
    select array_agg(bucket.start_utc order by bucket.start_utc) as starts
    from reading.site
      cross join lateral reading.buckets(site.time_zone, p_bucket, p_from, p_to) as bucket
    where site.site = p_site
  ),
  grain as materialized (
    select * from reading.zone_grains(p_site, p_bucket, p_from, p_to, p_hours, p_zones, true)
  ),
  summed as (
    -- What is all of a bucket isn't added to anything.
    select grain.zone_id, width_bucket(part.start, (select edge.starts from edge)) as n,
      part.complete_00::double precision as d_00, part.complete_01::double precision as d_01,
      part.complete_02::double precision as d_02, part.complete_03::double precision as d_03,
      part.complete_04::double precision as d_04, part.complete_05::double precision as d_05,
      part.complete_06::double precision as d_06, part.complete_07::double precision as d_07,
      part.complete_08::double precision as d_08, part.complete_09::double precision as d_09,
      part.complete_10::double precision as d_10, part.complete_11::double precision as d_11,
      part.complete_12::double precision as d_12, part.complete_13::double precision as d_13,
      part.complete_14::double precision as d_14, part.complete_15::double precision as d_15,
      part.complete_16::double precision as d_16, part.complete_17::double precision as d_17,
      part.complete_18::double precision as d_18, part.complete_19::double precision as d_19,
      part.complete_20::double precision as d_20, part.complete_21::double precision as d_21,
      part.complete_22::double precision as d_22, part.complete_23::double precision as d_23,
      part.cut_00::double precision as c_00, part.cut_01::double precision as c_01, part.cut_02::double precision as c_02,
      part.cut_03::double precision as c_03, part.cut_04::double precision as c_04, part.cut_05::double precision as c_05,
      part.cut_06::double precision as c_06, part.cut_07::double precision as c_07, part.cut_08::double precision as c_08,
      part.cut_09::double precision as c_09, part.cut_10::double precision as c_10, part.cut_11::double precision as c_11,
      part.cut_12::double precision as c_12, part.cut_13::double precision as c_13, part.cut_14::double precision as c_14,
      part.cut_15::double precision as c_15, part.cut_16::double precision as c_16, part.cut_17::double precision as c_17,
      part.cut_18::double precision as c_18, part.cut_19::double precision as c_19, part.cut_20::double precision as c_20,
      part.cut_21::double precision as c_21, part.cut_22::double precision as c_22, part.cut_23::double precision as c_23,
      (part.complete_00::bigint + part.cut_00)::double precision as e_00,
      (part.complete_01::bigint + part.cut_01)::double precision as e_01,
      (part.complete_02::bigint + part.cut_02)::double precision as e_02,
      (part.complete_03::bigint + part.cut_03)::double precision as e_03,
      (part.complete_04::bigint + part.cut_04)::double precision as e_04,
      (part.complete_05::bigint + part.cut_05)::double precision as e_05,
      (part.complete_06::bigint + part.cut_06)::double precision as e_06,
      (part.complete_07::bigint + part.cut_07)::double precision as e_07,
      (part.complete_08::bigint + part.cut_08)::double precision as e_08,
      (part.complete_09::bigint + part.cut_09)::double precision as e_09,
      (part.complete_10::bigint + part.cut_10)::double precision as e_10,
      (part.complete_11::bigint + part.cut_11)::double precision as e_11,
      (part.complete_12::bigint + part.cut_12)::double precision as e_12,
      (part.complete_13::bigint + part.cut_13)::double precision as e_13,
      (part.complete_14::bigint + part.cut_14)::double precision as e_14,
      (part.complete_15::bigint + part.cut_15)::double precision as e_15,
      (part.complete_16::bigint + part.cut_16)::double precision as e_16,
      (part.complete_17::bigint + part.cut_17)::double precision as e_17,
      (part.complete_18::bigint + part.cut_18)::double precision as e_18,
      (part.complete_19::bigint + part.cut_19)::double precision as e_19,
      (part.complete_20::bigint + part.cut_20)::double precision as e_20,
      (part.complete_21::bigint + part.cut_21)::double precision as e_21,
      (part.complete_22::bigint + part.cut_22)::double precision as e_22,
      (part.complete_23::bigint + part.cut_23)::double precision as e_23,
      (
        part.fragment_00::bigint + part.fragment_01 + part.fragment_02 + part.fragment_03 + part.fragment_04
        + part.fragment_05 + part.fragment_06 + part.fragment_07 + part.fragment_08 + part.fragment_09
        + part.fragment_10 + part.fragment_11 + part.fragment_12 + part.fragment_13 + part.fragment_14
        + part.fragment_15 + part.fragment_16 + part.fragment_17 + part.fragment_18 + part.fragment_19
        + part.fragment_20 + part.fragment_21 + part.fragment_22 + part.fragment_23
      )::bigint as fragment,
      part.observed_ms::bigint as observed_ms, part.flags
    from grain
      cross join lateral reading.zone_dwell_of(grain.zone_id, grain.grain, grain.from_utc, grain.to_utc) as part
    where p_groups is null and grain.grain = p_bucket
    union all
    select grain.zone_id,
      case when p_groups is null then width_bucket(part.start, (select edge.starts from edge))
        else p_groups[width_bucket(part.start, (select edge.starts from edge))] end as n,
      sum(part.complete_00)::double precision as d_00, sum(part.complete_01)::double precision as d_01,
      sum(part.complete_02)::double precision as d_02, sum(part.complete_03)::double precision as d_03,
      sum(part.complete_04)::double precision as d_04, sum(part.complete_05)::double precision as d_05,
      sum(part.complete_06)::double precision as d_06, sum(part.complete_07)::double precision as d_07,
      sum(part.complete_08)::double precision as d_08, sum(part.complete_09)::double precision as d_09,
      sum(part.complete_10)::double precision as d_10, sum(part.complete_11)::double precision as d_11,
      sum(part.complete_12)::double precision as d_12, sum(part.complete_13)::double precision as d_13,
      sum(part.complete_14)::double precision as d_14, sum(part.complete_15)::double precision as d_15,
      sum(part.complete_16)::double precision as d_16, sum(part.complete_17)::double precision as d_17,
      sum(part.complete_18)::double precision as d_18, sum(part.complete_19)::double precision as d_19,
      sum(part.complete_20)::double precision as d_20, sum(part.complete_21)::double precision as d_21,
      sum(part.complete_22)::double precision as d_22, sum(part.complete_23)::double precision as d_23,
      sum(part.cut_00)::double precision as c_00, sum(part.cut_01)::double precision as c_01,
      sum(part.cut_02)::double precision as c_02, sum(part.cut_03)::double precision as c_03,
      sum(part.cut_04)::double precision as c_04, sum(part.cut_05)::double precision as c_05,
      sum(part.cut_06)::double precision as c_06, sum(part.cut_07)::double precision as c_07,
      sum(part.cut_08)::double precision as c_08, sum(part.cut_09)::double precision as c_09,
      sum(part.cut_10)::double precision as c_10, sum(part.cut_11)::double precision as c_11,
      sum(part.cut_12)::double precision as c_12, sum(part.cut_13)::double precision as c_13,
      sum(part.cut_14)::double precision as c_14, sum(part.cut_15)::double precision as c_15,
      sum(part.cut_16)::double precision as c_16, sum(part.cut_17)::double precision as c_17,
      sum(part.cut_18)::double precision as c_18, sum(part.cut_19)::double precision as c_19,
      sum(part.cut_20)::double precision as c_20, sum(part.cut_21)::double precision as c_21,
      sum(part.cut_22)::double precision as c_22, sum(part.cut_23)::double precision as c_23,
      (sum(part.complete_00) + sum(part.cut_00))::double precision as e_00,
      (sum(part.complete_01) + sum(part.cut_01))::double precision as e_01,
      (sum(part.complete_02) + sum(part.cut_02))::double precision as e_02,
      (sum(part.complete_03) + sum(part.cut_03))::double precision as e_03,
      (sum(part.complete_04) + sum(part.cut_04))::double precision as e_04,
      (sum(part.complete_05) + sum(part.cut_05))::double precision as e_05,
      (sum(part.complete_06) + sum(part.cut_06))::double precision as e_06,
      (sum(part.complete_07) + sum(part.cut_07))::double precision as e_07,
      (sum(part.complete_08) + sum(part.cut_08))::double precision as e_08,
      (sum(part.complete_09) + sum(part.cut_09))::double precision as e_09,
      (sum(part.complete_10) + sum(part.cut_10))::double precision as e_10,
      (sum(part.complete_11) + sum(part.cut_11))::double precision as e_11,
      (sum(part.complete_12) + sum(part.cut_12))::double precision as e_12,
      (sum(part.complete_13) + sum(part.cut_13))::double precision as e_13,
      (sum(part.complete_14) + sum(part.cut_14))::double precision as e_14,
      (sum(part.complete_15) + sum(part.cut_15))::double precision as e_15,
      (sum(part.complete_16) + sum(part.cut_16))::double precision as e_16,
      (sum(part.complete_17) + sum(part.cut_17))::double precision as e_17,
      (sum(part.complete_18) + sum(part.cut_18))::double precision as e_18,
      (sum(part.complete_19) + sum(part.cut_19))::double precision as e_19,
      (sum(part.complete_20) + sum(part.cut_20))::double precision as e_20,
      (sum(part.complete_21) + sum(part.cut_21))::double precision as e_21,
      (sum(part.complete_22) + sum(part.cut_22))::double precision as e_22,
      (sum(part.complete_23) + sum(part.cut_23))::double precision as e_23,
      sum(
        part.fragment_00::bigint + part.fragment_01 + part.fragment_02 + part.fragment_03 + part.fragment_04
        + part.fragment_05 + part.fragment_06 + part.fragment_07 + part.fragment_08 + part.fragment_09
        + part.fragment_10 + part.fragment_11 + part.fragment_12 + part.fragment_13 + part.fragment_14
        + part.fragment_15 + part.fragment_16 + part.fragment_17 + part.fragment_18 + part.fragment_19
        + part.fragment_20 + part.fragment_21 + part.fragment_22 + part.fragment_23
      )::bigint as fragment,
      sum(part.observed_ms) as observed_ms, bit_or(part.flags) as flags
    from grain
      cross join lateral reading.zone_dwell_of(grain.zone_id, grain.grain, grain.from_utc, grain.to_utc) as part
    where not (p_groups is null and grain.grain = p_bucket)
    group by grain.zone_id, n
  ),
  there_1 as (
    select *,
      e_23 as n_23, e_23 + e_22 as n_22, e_23 + e_22 + e_21 as n_21, e_23 + e_22 + e_21 + e_20 as n_20,
      e_23 + e_22 + e_21 + e_20 + e_19 as n_19, e_23 + e_22 + e_21 + e_20 + e_19 + e_18 as n_18,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 as n_17,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 as n_16,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 + e_15 as n_15,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 + e_15 + e_14 as n_14,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 + e_15 + e_14 + e_13 as n_13,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 + e_15 + e_14 + e_13 + e_12 as n_12
    from summed
    where observed_ms > 0 and n > 0
    offset 0
  ),
  there_2 as (
    select *,
      n_12 + e_11 as n_11, n_12 + e_11 + e_10 as n_10, n_12 + e_11 + e_10 + e_09 as n_09,
      n_12 + e_11 + e_10 + e_09 + e_08 as n_08, n_12 + e_11 + e_10 + e_09 + e_08 + e_07 as n_07,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 as n_06,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 as n_05,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 + e_04 as n_04,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 + e_04 + e_03 as n_03,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 as n_02,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 + e_01 as n_01,
      n_12 + e_11 + e_10 + e_09 + e_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 + e_01 + e_00 as n_00,
      c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11
        + c_12 + c_13 + c_14 + c_15 + c_16 + c_17 + c_18 + c_19 + c_20 + c_21 + c_22 + c_23 as cut
    from there_1
    offset 0
  ),
  outlasting as (
    select zone_id, n, observed_ms, flags, n_00 as entered, cut, fragment,
      -- Only the branch of the threshold is left when this runs.
      case reading.dwell_edge_number(p_threshold_s)
        when 2 then n_01
        when 3 then n_02
        when 4 then n_03
        when 5 then n_04
        when 6 then n_05
        when 7 then n_06
        when 8 then n_07
        when 9 then n_08
        when 10 then n_09
        when 11 then n_10
        when 12 then n_11
        when 13 then n_12
        when 14 then n_13
        when 15 then n_14
        when 16 then n_15
        when 17 then n_16
        when 18 then n_17
        when 19 then n_18
        when 20 then n_19
        when 21 then n_20
        when 22 then n_21
        when 23 then n_22
        when 24 then n_23
      end as low,
      case reading.dwell_edge_number(p_threshold_s)
        when 2 then c_00
        when 3 then c_00 + c_01
        when 4 then c_00 + c_01 + c_02
        when 5 then c_00 + c_01 + c_02 + c_03
        when 6 then c_00 + c_01 + c_02 + c_03 + c_04
        when 7 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05
        when 8 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06
        when 9 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07
        when 10 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08
        when 11 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09
        when 12 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10
        when 13 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11
        when 14 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12
        when 15 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13
        when 16 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14
        when 17 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15
        when 18 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16
        when 19 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17
        when 20 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17 + c_18
        when 21 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17 + c_18 + c_19
        when 22 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17 + c_18 + c_19 + c_20
        when 23 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17 + c_18 + c_19 + c_20 + c_21
        when 24 then c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 +
          c_14 + c_15 + c_16 + c_17 + c_18 + c_19 + c_20 + c_21 + c_22
      end as doubtful,
      1 - d_00 / greatest(n_00 - c_00 / 2, 0.5) as f_00, 1 - d_01 / greatest(n_01 - c_01 / 2, 0.5) as f_01,
      1 - d_02 / greatest(n_02 - c_02 / 2, 0.5) as f_02, 1 - d_03 / greatest(n_03 - c_03 / 2, 0.5) as f_03,
      1 - d_04 / greatest(n_04 - c_04 / 2, 0.5) as f_04, 1 - d_05 / greatest(n_05 - c_05 / 2, 0.5) as f_05,
      1 - d_06 / greatest(n_06 - c_06 / 2, 0.5) as f_06, 1 - d_07 / greatest(n_07 - c_07 / 2, 0.5) as f_07,
      1 - d_08 / greatest(n_08 - c_08 / 2, 0.5) as f_08, 1 - d_09 / greatest(n_09 - c_09 / 2, 0.5) as f_09,
      1 - d_10 / greatest(n_10 - c_10 / 2, 0.5) as f_10, 1 - d_11 / greatest(n_11 - c_11 / 2, 0.5) as f_11,
      1 - d_12 / greatest(n_12 - c_12 / 2, 0.5) as f_12, 1 - d_13 / greatest(n_13 - c_13 / 2, 0.5) as f_13,
      1 - d_14 / greatest(n_14 - c_14 / 2, 0.5) as f_14, 1 - d_15 / greatest(n_15 - c_15 / 2, 0.5) as f_15,
      1 - d_16 / greatest(n_16 - c_16 / 2, 0.5) as f_16, 1 - d_17 / greatest(n_17 - c_17 / 2, 0.5) as f_17,
      1 - d_18 / greatest(n_18 - c_18 / 2, 0.5) as f_18, 1 - d_19 / greatest(n_19 - c_19 / 2, 0.5) as f_19,
      1 - d_20 / greatest(n_20 - c_20 / 2, 0.5) as f_20, 1 - d_21 / greatest(n_21 - c_21 / 2, 0.5) as f_21,
      1 - d_22 / greatest(n_22 - c_22 / 2, 0.5) as f_22
    from there_2
    offset 0
  ),
  lasting_1 as (
    select zone_id, n, observed_ms, flags, entered, cut, fragment, low, doubtful,
      f_12, f_13, f_14, f_15, f_16, f_17, f_18, f_19, f_20, f_21, f_22,
      f_00 as s_01, f_00 * f_01 as s_02, f_00 * f_01 * f_02 as s_03, f_00 * f_01 * f_02 * f_03 as s_04,
      f_00 * f_01 * f_02 * f_03 * f_04 as s_05, f_00 * f_01 * f_02 * f_03 * f_04 * f_05 as s_06,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 as s_07,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 as s_08,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 * f_08 as s_09,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 * f_08 * f_09 as s_10,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 * f_08 * f_09 * f_10 as s_11,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 * f_08 * f_09 * f_10 * f_11 as s_12
    from outlasting
    offset 0
  )
  select zone_id, n, observed_ms, flags, entered, cut, fragment, low, low + doubtful,
    s_01, s_02, s_03, s_04, s_05, s_06, s_07, s_08, s_09, s_10, s_11, s_12,
    s_12 * f_12, s_12 * f_12 * f_13, s_12 * f_12 * f_13 * f_14, s_12 * f_12 * f_13 * f_14 * f_15,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16, s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17 * f_18,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17 * f_18 * f_19,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17 * f_18 * f_19 * f_20,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17 * f_18 * f_19 * f_20 * f_21,
    s_12 * f_12 * f_13 * f_14 * f_15 * f_16 * f_17 * f_18 * f_19 * f_20 * f_21 * f_22
  from lasting_1
  offset 0;
end;
