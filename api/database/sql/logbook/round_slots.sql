-- Slots of plans of rounds in a range, in their order.
select slot, round_plan_id as plan, plan_name, mode, space, zone, line, minutes, starts_at, ends_at, day_type, hour, state,
  counts
from reading.round_slot
where site = %(site)s
  and (%(from_utc)s::timestamptz is null or ends_at > %(from_utc)s)
  and (%(to_utc)s::timestamptz is null or starts_at < %(to_utc)s)
order by starts_at, slot
limit 10000
