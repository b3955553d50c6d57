-- The totals of lines that these records declared without a time.
select
  wanted.d, wanted.q, total.line_id, total.setup_id, total.forward, total.backward, total.gross_forward,
  total.gross_backward, total.observed_s, total.flags
from unnest(%(d)s::integer[], %(q)s::bigint[]) as wanted(d, q)
join platspuls.unplaced_line as total on total.delivery_id = wanted.d and total.seq = wanted.q
