-- The newest tick by its own time counts. A tick of an older time does when that of the known one hasn't come yet, or when
-- nothing newer came for 20 seconds: a clock that was set back must not stop the numbers until it is that late again.
insert into platspuls.live_line as known (line_id, device_id, at, received_at, start, forward, backward)
select i, d, at, heard, start, f, b
from json_to_recordset(%(ticks)s::json)
  as r(i integer, d integer, at timestamptz, heard timestamptz, start timestamptz, f integer, b integer)
order by i
on conflict (line_id) do update set
  device_id = excluded.device_id,
  at = excluded.at,
  received_at = excluded.received_at,
  start = excluded.start,
  forward = excluded.forward,
  backward = excluded.backward
where excluded.at > known.at
  or known.at > excluded.received_at + interval '15 seconds'
  or excluded.received_at >= known.received_at + interval '20 seconds'
