-- The totals of zones that these records declared without a time.
select
  wanted.d, wanted.q, total.zone_id, total.setup_id, total.entries, total.appeared, total.exits, total.lost,
  total.presence_s, total.observed_s, total.flags
from unnest(%(d)s::integer[], %(q)s::bigint[]) as wanted(d, q)
join platspuls.unplaced_zone as total on total.delivery_id = wanted.d and total.seq = wanted.q
