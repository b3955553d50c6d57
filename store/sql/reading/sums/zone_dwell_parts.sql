-- needs: reading.zone_dwell_of, reading.zone_grains
-- The dwell of each zone, one column a bin, that makes up the buckets asked for: sums by day or hour where there are, and
-- quarter-hours for the rest (reading.zone_grains). Each row lies in one bucket.
create function reading.zone_dwell_parts(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_zones text[]
)
returns table (
  zone_id integer, start timestamptz, complete_00 integer, complete_01 integer, complete_02 integer,
  complete_03 integer, complete_04 integer, complete_05 integer, complete_06 integer, complete_07 integer,
  complete_08 integer, complete_09 integer, complete_10 integer, complete_11 integer, complete_12 integer,
  complete_13 integer, complete_14 integer, complete_15 integer, complete_16 integer, complete_17 integer,
  complete_18 integer, complete_19 integer, complete_20 integer, complete_21 integer, complete_22 integer,
  complete_23 integer, cut_00 integer, cut_01 integer, cut_02 integer, cut_03 integer, cut_04 integer, cut_05 integer,
  cut_06 integer, cut_07 integer, cut_08 integer, cut_09 integer, cut_10 integer, cut_11 integer, cut_12 integer,
  cut_13 integer, cut_14 integer, cut_15 integer, cut_16 integer, cut_17 integer, cut_18 integer, cut_19 integer,
  cut_20 integer, cut_21 integer, cut_22 integer, cut_23 integer, fragment_00 integer, fragment_01 integer,
  fragment_02 integer, fragment_03 integer, fragment_04 integer, fragment_05 integer, fragment_06 integer,
  fragment_07 integer, fragment_08 integer, fragment_09 integer, fragment_10 integer, fragment_11 integer,
  fragment_12 integer, fragment_13 integer, fragment_14 integer, fragment_15 integer, fragment_16 integer,
  fragment_17 integer, fragment_18 integer, fragment_19 integer, fragment_20 integer, fragment_21 integer,
  fragment_22 integer, fragment_23 integer, observed_ms integer, flags integer
)
language sql stable
begin atomic
  with grain as materialized (
    select * from reading.zone_grains(p_site, p_bucket, p_from, p_to, p_hours, p_zones, true)
  )
  select
    grain.zone_id,
    part.start, part.complete_00, part.complete_01, part.complete_02, part.complete_03, part.complete_04,
    part.complete_05, part.complete_06, part.complete_07, part.complete_08, part.complete_09, part.complete_10,
    part.complete_11, part.complete_12, part.complete_13, part.complete_14, part.complete_15, part.complete_16,
    part.complete_17, part.complete_18, part.complete_19, part.complete_20, part.complete_21, part.complete_22,
    part.complete_23, part.cut_00, part.cut_01, part.cut_02, part.cut_03, part.cut_04, part.cut_05, part.cut_06,
    part.cut_07, part.cut_08, part.cut_09, part.cut_10, part.cut_11, part.cut_12, part.cut_13, part.cut_14,
    part.cut_15, part.cut_16, part.cut_17, part.cut_18, part.cut_19, part.cut_20, part.cut_21, part.cut_22,
    part.cut_23, part.fragment_00, part.fragment_01, part.fragment_02, part.fragment_03, part.fragment_04,
    part.fragment_05, part.fragment_06, part.fragment_07, part.fragment_08, part.fragment_09, part.fragment_10,
    part.fragment_11, part.fragment_12, part.fragment_13, part.fragment_14, part.fragment_15, part.fragment_16,
    part.fragment_17, part.fragment_18, part.fragment_19, part.fragment_20, part.fragment_21, part.fragment_22,
    part.fragment_23, part.observed_ms, part.flags
  from grain
    cross join lateral reading.zone_dwell_of(grain.zone_id, grain.grain, grain.from_utc, grain.to_utc) as part;
end;
