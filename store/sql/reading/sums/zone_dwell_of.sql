-- needs: reading.zone_dwell_day, reading.zone_dwell_hour, reading.zone_dwell_quarter
-- The dwell of a zone in [p_from, p_to), one column a bin, from what p_grain says (reading.zone_grains): sums by day, sums by
-- hour or quarter-hours.
create function reading.zone_dwell_of(p_zone_id integer, p_grain text, p_from timestamptz, p_to timestamptz)
returns table (
  start timestamptz, complete_00 integer, complete_01 integer, complete_02 integer, complete_03 integer,
  complete_04 integer, complete_05 integer, complete_06 integer, complete_07 integer, complete_08 integer,
  complete_09 integer, complete_10 integer, complete_11 integer, complete_12 integer, complete_13 integer,
  complete_14 integer, complete_15 integer, complete_16 integer, complete_17 integer, complete_18 integer,
  complete_19 integer, complete_20 integer, complete_21 integer, complete_22 integer, complete_23 integer,
  cut_00 integer, cut_01 integer, cut_02 integer, cut_03 integer, cut_04 integer, cut_05 integer, cut_06 integer,
  cut_07 integer, cut_08 integer, cut_09 integer, cut_10 integer, cut_11 integer, cut_12 integer, cut_13 integer,
  cut_14 integer, cut_15 integer, cut_16 integer, cut_17 integer, cut_18 integer, cut_19 integer, cut_20 integer,
  cut_21 integer, cut_22 integer, cut_23 integer, fragment_00 integer, fragment_01 integer, fragment_02 integer,
  fragment_03 integer, fragment_04 integer, fragment_05 integer, fragment_06 integer, fragment_07 integer,
  fragment_08 integer, fragment_09 integer, fragment_10 integer, fragment_11 integer, fragment_12 integer,
  fragment_13 integer, fragment_14 integer, fragment_15 integer, fragment_16 integer, fragment_17 integer,
  fragment_18 integer, fragment_19 integer, fragment_20 integer, fragment_21 integer, fragment_22 integer,
  fragment_23 integer, observed_ms integer, flags integer
)
language sql stable
begin atomic
  select
    start, complete_00, complete_01, complete_02, complete_03, complete_04, complete_05, complete_06, complete_07,
    complete_08, complete_09, complete_10, complete_11, complete_12, complete_13, complete_14, complete_15,
    complete_16, complete_17, complete_18, complete_19, complete_20, complete_21, complete_22, complete_23, cut_00,
    cut_01, cut_02, cut_03, cut_04, cut_05, cut_06, cut_07, cut_08, cut_09, cut_10, cut_11, cut_12, cut_13, cut_14,
    cut_15, cut_16, cut_17, cut_18, cut_19, cut_20, cut_21, cut_22, cut_23, fragment_00, fragment_01, fragment_02,
    fragment_03, fragment_04, fragment_05, fragment_06, fragment_07, fragment_08, fragment_09, fragment_10,
    fragment_11, fragment_12, fragment_13, fragment_14, fragment_15, fragment_16, fragment_17, fragment_18,
    fragment_19, fragment_20, fragment_21, fragment_22, fragment_23, observed_ms, flags
  from reading.zone_dwell_day
  where p_grain = 'day' and zone_id = p_zone_id and start >= p_from and start < p_to
  union all
  select
    start, complete_00, complete_01, complete_02, complete_03, complete_04, complete_05, complete_06, complete_07,
    complete_08, complete_09, complete_10, complete_11, complete_12, complete_13, complete_14, complete_15,
    complete_16, complete_17, complete_18, complete_19, complete_20, complete_21, complete_22, complete_23, cut_00,
    cut_01, cut_02, cut_03, cut_04, cut_05, cut_06, cut_07, cut_08, cut_09, cut_10, cut_11, cut_12, cut_13, cut_14,
    cut_15, cut_16, cut_17, cut_18, cut_19, cut_20, cut_21, cut_22, cut_23, fragment_00, fragment_01, fragment_02,
    fragment_03, fragment_04, fragment_05, fragment_06, fragment_07, fragment_08, fragment_09, fragment_10,
    fragment_11, fragment_12, fragment_13, fragment_14, fragment_15, fragment_16, fragment_17, fragment_18,
    fragment_19, fragment_20, fragment_21, fragment_22, fragment_23, observed_ms, flags
  from reading.zone_dwell_hour
  where p_grain = 'hour' and zone_id = p_zone_id and start >= p_from and start < p_to
  union all
  select
    start, complete_00, complete_01, complete_02, complete_03, complete_04, complete_05, complete_06, complete_07,
    complete_08, complete_09, complete_10, complete_11, complete_12, complete_13, complete_14, complete_15,
    complete_16, complete_17, complete_18, complete_19, complete_20, complete_21, complete_22, complete_23, cut_00,
    cut_01, cut_02, cut_03, cut_04, cut_05, cut_06, cut_07, cut_08, cut_09, cut_10, cut_11, cut_12, cut_13, cut_14,
    cut_15, cut_16, cut_17, cut_18, cut_19, cut_20, cut_21, cut_22, cut_23, fragment_00, fragment_01, fragment_02,
    fragment_03, fragment_04, fragment_05, fragment_06, fragment_07, fragment_08, fragment_09, fragment_10,
    fragment_11, fragment_12, fragment_13, fragment_14, fragment_15, fragment_16, fragment_17, fragment_18,
    fragment_19, fragment_20, fragment_21, fragment_22, fragment_23, observed_ms, flags
  from reading.zone_dwell_quarter
  where p_grain = 'quarter' and zone_id = p_zone_id and start >= p_from and start < p_to;
end;
