-- The facts that stand at these places. first and last only say which chunks can be left out.
select
  fact.zone_id, wanted.s, fact.period_s, fact.delivery_id, fact.seq, fact.setup_id, fact.entries, fact.appeared,
  fact.exits, fact.lost, fact.presence_s, fact.occupancy_max, fact.observed_ms, fact.flags
from unnest(%(i)s::integer[], %(s)s::bigint[]) as wanted(i, s)
join platspuls.zone_flow as fact on fact.zone_id = wanted.i and fact.start = to_timestamp(wanted.s)
where fact.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
