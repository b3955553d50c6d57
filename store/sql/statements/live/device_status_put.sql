-- The one heard last counts: a last will carries the time of its connection. The broker's copy of what is already
-- known is no sign of life.
insert into platspuls.device_status as known (
  device_id, online, at, received_at, epoch, made, outbox_records, clock_known, clock_offset_ms, frame_rate,
  temperature_c, setup, counter_version
)
select
  device_id, online, at, heard, epoch, made, outbox_records, clock_known, clock_offset_ms, frame_rate, temperature_c,
  setup, counter_version
from json_to_recordset(%(statuses)s::json) as r(
  device_id integer, online boolean, at timestamptz, heard timestamptz, epoch text, made bigint, outbox_records bigint,
  clock_known boolean, clock_offset_ms integer, frame_rate double precision, temperature_c double precision,
  setup text, counter_version text, retained boolean
)
where not retained or not exists (
  select from platspuls.device_status as k
  where k.device_id = r.device_id and k.at is not distinct from r.at and k.online = r.online
)
order by device_id
on conflict (device_id) do update set
  online = excluded.online,
  at = excluded.at,
  received_at = excluded.received_at,
  epoch = excluded.epoch,
  made = excluded.made,
  outbox_records = excluded.outbox_records,
  clock_known = excluded.clock_known,
  clock_offset_ms = excluded.clock_offset_ms,
  frame_rate = excluded.frame_rate,
  temperature_c = excluded.temperature_c,
  setup = excluded.setup,
  counter_version = excluded.counter_version
where excluded.received_at >= known.received_at
