-- Adds what this transaction settled. What is stored or rejected isn't lost, whatever the device declares.
update platspuls.delivery as d
set
  made = greatest(d.made, new.m),
  stored = d.stored + new.s,
  rejected = d.rejected + new.r,
  lost = d.lost + (new.l - (d.stored + new.s + d.rejected + new.r)),
  unsettled_since = case
    when not d.stored + new.s + d.rejected + new.r + d.lost + new.l @> int8range(1, greatest(d.made, new.m) + 1)
      then coalesce(d.unsettled_since, now())
  end,
  last_heard_at = now()
from json_to_recordset(%(settled)s::json)
  as new(i integer, m bigint, s int8multirange, r int8multirange, l int8multirange)
where d.delivery_id = new.i
