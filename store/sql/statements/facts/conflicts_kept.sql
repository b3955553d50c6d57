-- The facts of these records that were kept as conflicts.
select
  wanted.d, wanted.q, conflict.kind, coalesce(conflict.line_id, conflict.zone_id),
  extract(epoch from conflict.start)::bigint, conflict.period_s, conflict.fact
from unnest(%(d)s::integer[], %(q)s::bigint[]) as wanted(d, q)
join platspuls.conflict on conflict.delivery_id = wanted.d and conflict.seq = wanted.q
