select counting_round_id, kind, line, zone, setup, from_utc, to_utc, hand, machine, dark, busy, counted_by,
  withdrawn_reason, observed_ms, state, reason, compared_from, compared_to, compared_hand
from reading.counting_round
where site = %(site)s
  and (%(kind)s::text is null or kind = %(kind)s)
  and (%(part)s::text is null or coalesce(line, zone) = %(part)s)
  and (%(from_utc)s::timestamptz is null or from_utc >= %(from_utc)s)
  and (%(to_utc)s::timestamptz is null or to_utc <= %(to_utc)s)
order by from_utc, counting_round_id
