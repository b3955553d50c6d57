-- That devices are offline, as they say at their end, or the broker in their last will. A will carries the time of its
-- connection and nothing else: what the device itself said before is kept, as far as it is of the same epoch.
insert into platspuls.device_status as known (
  device_id, online, at, received_at, heard_at, skew_s, epoch, made, outbox_records, clock_known, clock_offset_ms,
  recorded_until, frame_rate, temperature_c, setup, counter_version, minor
)
select
  device_id, false, at, received, coalesce(heard, '-infinity'), skew, epoch, made, outbox_records, clock_known, clock_offset_ms, recorded_until,
  frame_rate, temperature_c, setup, counter_version, minor
from json_to_recordset(%(statuses)s::json) as r(
  device_id integer, at timestamptz, received timestamptz, heard timestamptz, skew bigint, epoch text, made bigint,
  outbox_records bigint, clock_known boolean, clock_offset_ms integer, recorded_until timestamptz,
  frame_rate double precision, temperature_c double precision, setup text, counter_version text, minor smallint,
  retained boolean
)
where not retained or not exists (
  select from platspuls.device_status as k
  where k.device_id = r.device_id and k.at is not distinct from r.at and not k.online
)
order by device_id
on conflict (device_id) do update set
  online = excluded.online,
  at = excluded.at,
  received_at = excluded.received_at,
  heard_at = greatest(least(known.heard_at, excluded.received_at), excluded.heard_at),
  skew_s = coalesce(excluded.skew_s, known.skew_s),
  epoch = coalesce(excluded.epoch, known.epoch),
  made = coalesce(excluded.made, case when known.epoch = coalesce(excluded.epoch, known.epoch) then known.made end),
  outbox_records = coalesce(
    excluded.outbox_records,
    case when known.epoch = coalesce(excluded.epoch, known.epoch) then known.outbox_records end
  ),
  clock_known = coalesce(excluded.clock_known, known.clock_known),
  clock_offset_ms = coalesce(excluded.clock_offset_ms, known.clock_offset_ms),
  recorded_until = coalesce(
    excluded.recorded_until,
    case when known.epoch = coalesce(excluded.epoch, known.epoch) then known.recorded_until end
  ),
  frame_rate = coalesce(excluded.frame_rate, known.frame_rate),
  temperature_c = coalesce(excluded.temperature_c, known.temperature_c),
  setup = coalesce(excluded.setup, known.setup),
  counter_version = coalesce(excluded.counter_version, known.counter_version),
  minor = greatest(excluded.minor, known.minor)
where excluded.received_at >= known.received_at or known.received_at > now() + interval '5 seconds'
