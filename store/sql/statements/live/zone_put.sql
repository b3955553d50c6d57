-- The newest tick by its own time counts. A tick of an older time does when that of the known one hasn't come yet, or when
-- nothing newer came for 20 seconds: a clock that was set back must not stop the numbers until it is that late again.
insert into platspuls.live_zone as known (zone_id, device_id, at, received_at, occupancy, staying, stay_s)
select i, d, at, heard, o, n, t
from json_to_recordset(%(ticks)s::json)
  as r(i integer, d integer, at timestamptz, heard timestamptz, o integer, n integer, t integer)
order by i
on conflict (zone_id) do update set
  device_id = excluded.device_id,
  at = excluded.at,
  received_at = excluded.received_at,
  occupancy = excluded.occupancy,
  staying = excluded.staying,
  stay_s = excluded.stay_s
where excluded.at > known.at
  or known.at > excluded.received_at + interval '15 seconds'
  or excluded.received_at >= known.received_at + interval '20 seconds'
