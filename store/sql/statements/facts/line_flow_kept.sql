-- The facts that stand at these places. first and last only say which chunks can be left out.
select
  fact.line_id, wanted.s, fact.period_s, fact.delivery_id, fact.seq, fact.setup_id, fact.forward, fact.backward,
  fact.gross_forward, fact.gross_backward, fact.observed_ms, fact.flags
from unnest(%(i)s::integer[], %(s)s::bigint[]) as wanted(i, s)
join platspuls.line_flow as fact on fact.line_id = wanted.i and fact.start = to_timestamp(wanted.s)
where fact.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
