-- The dwell that stands at these places. first and last only say which chunks can be left out.
select
  fact.zone_id, wanted.s, 900, fact.delivery_id, fact.seq, fact.setup_id,
  array[
    fact.complete_00, fact.complete_01, fact.complete_02, fact.complete_03, fact.complete_04, fact.complete_05,
    fact.complete_06, fact.complete_07, fact.complete_08, fact.complete_09, fact.complete_10, fact.complete_11,
    fact.complete_12, fact.complete_13, fact.complete_14, fact.complete_15, fact.complete_16, fact.complete_17,
    fact.complete_18, fact.complete_19, fact.complete_20, fact.complete_21, fact.complete_22, fact.complete_23
  ],
  fact.complete_over_s,
  array[
    fact.cut_00, fact.cut_01, fact.cut_02, fact.cut_03, fact.cut_04, fact.cut_05, fact.cut_06, fact.cut_07,
    fact.cut_08, fact.cut_09, fact.cut_10, fact.cut_11, fact.cut_12, fact.cut_13, fact.cut_14, fact.cut_15,
    fact.cut_16, fact.cut_17, fact.cut_18, fact.cut_19, fact.cut_20, fact.cut_21, fact.cut_22, fact.cut_23
  ],
  fact.cut_over_s,
  array[
    fact.fragment_00, fact.fragment_01, fact.fragment_02, fact.fragment_03, fact.fragment_04, fact.fragment_05,
    fact.fragment_06, fact.fragment_07, fact.fragment_08, fact.fragment_09, fact.fragment_10, fact.fragment_11,
    fact.fragment_12, fact.fragment_13, fact.fragment_14, fact.fragment_15, fact.fragment_16, fact.fragment_17,
    fact.fragment_18, fact.fragment_19, fact.fragment_20, fact.fragment_21, fact.fragment_22, fact.fragment_23
  ],
  fact.fragment_over_s,
  fact.observed_ms,
  fact.flags
from unnest(%(i)s::integer[], %(s)s::bigint[]) as wanted(i, s)
join platspuls.zone_dwell as fact on fact.zone_id = wanted.i and fact.start = to_timestamp(wanted.s)
where fact.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
