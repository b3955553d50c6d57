-- Adds what this transaction settled. What is stored or rejected isn't lost, whatever the device declares. Of a fork the
-- first number stays; of disputed numbers at most a thousand ranges, since each message would read and write them all.
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
  last_heard_at = now(),
  forked_at = coalesce(d.forked_at, case when new.f is not null then now() end),
  fork_seq = coalesce(d.fork_seq, new.f),
  disputed = case
    when new.x is not null and (select count(*) from unnest(d.disputed + new.x)) <= 1000 then d.disputed + new.x
    else d.disputed
  end,
  repeated = d.repeated + coalesce(new.p, '{}'),
  minor = coalesce(new.v, d.minor)
from json_to_recordset(%(settled)s::json) as new(
  i integer, m bigint, s int8multirange, r int8multirange, l int8multirange, f bigint, x int8multirange,
  p int8multirange, v smallint
)
where d.delivery_id = new.i
