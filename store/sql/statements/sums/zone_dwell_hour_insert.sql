-- Sums up quarter-hours of these zones (dwell) between two local midnights, by local hour.
with edge as materialized (
  select array_agg(start_utc order by start_utc) as starts
  from reading.buckets(%(time_zone)s, 'hour', %(from)s, %(to)s)
)
insert into platspuls.zone_dwell_hour (
  zone_id, start, quarters, complete_00, complete_01, complete_02, complete_03, complete_04, complete_05, complete_06,
  complete_07, complete_08, complete_09, complete_10, complete_11, complete_12, complete_13, complete_14, complete_15,
  complete_16, complete_17, complete_18, complete_19, complete_20, complete_21, complete_22, complete_23,
  complete_over_s, cut_00, cut_01, cut_02, cut_03, cut_04, cut_05, cut_06, cut_07, cut_08, cut_09, cut_10, cut_11,
  cut_12, cut_13, cut_14, cut_15, cut_16, cut_17, cut_18, cut_19, cut_20, cut_21, cut_22, cut_23, cut_over_s,
  fragment_00, fragment_01, fragment_02, fragment_03, fragment_04, fragment_05, fragment_06, fragment_07, fragment_08,
  fragment_09, fragment_10, fragment_11, fragment_12, fragment_13, fragment_14, fragment_15, fragment_16, fragment_17,
  fragment_18, fragment_19, fragment_20, fragment_21, fragment_22, fragment_23, fragment_over_s, observed_ms, flags
)
select
  zone_id, edge.starts[width_bucket(start, edge.starts)], count(*), sum(complete_00), sum(complete_01),
  sum(complete_02), sum(complete_03), sum(complete_04), sum(complete_05), sum(complete_06), sum(complete_07),
  sum(complete_08), sum(complete_09), sum(complete_10), sum(complete_11), sum(complete_12), sum(complete_13),
  sum(complete_14), sum(complete_15), sum(complete_16), sum(complete_17), sum(complete_18), sum(complete_19),
  sum(complete_20), sum(complete_21), sum(complete_22), sum(complete_23), sum(complete_over_s), sum(cut_00),
  sum(cut_01), sum(cut_02), sum(cut_03), sum(cut_04), sum(cut_05), sum(cut_06), sum(cut_07), sum(cut_08), sum(cut_09),
  sum(cut_10), sum(cut_11), sum(cut_12), sum(cut_13), sum(cut_14), sum(cut_15), sum(cut_16), sum(cut_17), sum(cut_18),
  sum(cut_19), sum(cut_20), sum(cut_21), sum(cut_22), sum(cut_23), sum(cut_over_s), sum(fragment_00),
  sum(fragment_01), sum(fragment_02), sum(fragment_03), sum(fragment_04), sum(fragment_05), sum(fragment_06),
  sum(fragment_07), sum(fragment_08), sum(fragment_09), sum(fragment_10), sum(fragment_11), sum(fragment_12),
  sum(fragment_13), sum(fragment_14), sum(fragment_15), sum(fragment_16), sum(fragment_17), sum(fragment_18),
  sum(fragment_19), sum(fragment_20), sum(fragment_21), sum(fragment_22), sum(fragment_23), sum(fragment_over_s),
  sum(observed_ms), bit_or(flags)
from platspuls.zone_dwell
cross join edge
where zone_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
group by 1, 2
order by 1, 2
