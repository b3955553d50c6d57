-- needs: reading.tenths
-- The dwell in seconds by which p_share of the visits has ended; null where the life table never gets there.
--
-- s_NN: the share that lasts to the lower edge of bin NN (reading.dwell_edges()), falling from 1. Linear within the bin.
-- The tolerance keeps a step that reaches the share exactly from being missed for a rounding error. One argument a bin,
-- and not an array, since the planner writes such a function out in place: it stops at the first bin that fits.
create function reading.dwell_quantile(
  p_share double precision,
  s_01 double precision, s_02 double precision, s_03 double precision, s_04 double precision, s_05 double precision,
  s_06 double precision, s_07 double precision, s_08 double precision, s_09 double precision, s_10 double precision,
  s_11 double precision, s_12 double precision, s_13 double precision, s_14 double precision, s_15 double precision,
  s_16 double precision, s_17 double precision, s_18 double precision, s_19 double precision, s_20 double precision,
  s_21 double precision, s_22 double precision, s_23 double precision
) returns numeric
language sql immutable parallel safe
return reading.tenths(case
  when s_01 < 1 - p_share + 1e-9
    then 5 * least(1, p_share / (1 - s_01))
  when s_02 < 1 - p_share + 1e-9
    then 5 + 5 * least(1, (p_share - (1 - s_01)) / ((1 - s_02) - (1 - s_01)))
  when s_03 < 1 - p_share + 1e-9
    then 10 + 5 * least(1, (p_share - (1 - s_02)) / ((1 - s_03) - (1 - s_02)))
  when s_04 < 1 - p_share + 1e-9
    then 15 + 5 * least(1, (p_share - (1 - s_03)) / ((1 - s_04) - (1 - s_03)))
  when s_05 < 1 - p_share + 1e-9
    then 20 + 10 * least(1, (p_share - (1 - s_04)) / ((1 - s_05) - (1 - s_04)))
  when s_06 < 1 - p_share + 1e-9
    then 30 + 15 * least(1, (p_share - (1 - s_05)) / ((1 - s_06) - (1 - s_05)))
  when s_07 < 1 - p_share + 1e-9
    then 45 + 15 * least(1, (p_share - (1 - s_06)) / ((1 - s_07) - (1 - s_06)))
  when s_08 < 1 - p_share + 1e-9
    then 60 + 30 * least(1, (p_share - (1 - s_07)) / ((1 - s_08) - (1 - s_07)))
  when s_09 < 1 - p_share + 1e-9
    then 90 + 30 * least(1, (p_share - (1 - s_08)) / ((1 - s_09) - (1 - s_08)))
  when s_10 < 1 - p_share + 1e-9
    then 120 + 60 * least(1, (p_share - (1 - s_09)) / ((1 - s_10) - (1 - s_09)))
  when s_11 < 1 - p_share + 1e-9
    then 180 + 60 * least(1, (p_share - (1 - s_10)) / ((1 - s_11) - (1 - s_10)))
  when s_12 < 1 - p_share + 1e-9
    then 240 + 60 * least(1, (p_share - (1 - s_11)) / ((1 - s_12) - (1 - s_11)))
  when s_13 < 1 - p_share + 1e-9
    then 300 + 120 * least(1, (p_share - (1 - s_12)) / ((1 - s_13) - (1 - s_12)))
  when s_14 < 1 - p_share + 1e-9
    then 420 + 180 * least(1, (p_share - (1 - s_13)) / ((1 - s_14) - (1 - s_13)))
  when s_15 < 1 - p_share + 1e-9
    then 600 + 300 * least(1, (p_share - (1 - s_14)) / ((1 - s_15) - (1 - s_14)))
  when s_16 < 1 - p_share + 1e-9
    then 900 + 300 * least(1, (p_share - (1 - s_15)) / ((1 - s_16) - (1 - s_15)))
  when s_17 < 1 - p_share + 1e-9
    then 1200 + 600 * least(1, (p_share - (1 - s_16)) / ((1 - s_17) - (1 - s_16)))
  when s_18 < 1 - p_share + 1e-9
    then 1800 + 900 * least(1, (p_share - (1 - s_17)) / ((1 - s_18) - (1 - s_17)))
  when s_19 < 1 - p_share + 1e-9
    then 2700 + 900 * least(1, (p_share - (1 - s_18)) / ((1 - s_19) - (1 - s_18)))
  when s_20 < 1 - p_share + 1e-9
    then 3600 + 1800 * least(1, (p_share - (1 - s_19)) / ((1 - s_20) - (1 - s_19)))
  when s_21 < 1 - p_share + 1e-9
    then 5400 + 1800 * least(1, (p_share - (1 - s_20)) / ((1 - s_21) - (1 - s_20)))
  when s_22 < 1 - p_share + 1e-9
    then 7200 + 3600 * least(1, (p_share - (1 - s_21)) / ((1 - s_22) - (1 - s_21)))
  when s_23 < 1 - p_share + 1e-9
    then 10800 + 3600 * least(1, (p_share - (1 - s_22)) / ((1 - s_23) - (1 - s_22)))
end);
