-- What devices that are online say. What arrived last counts; but of messages that come close together the one that is newer
-- by its own time does, unless the other's time lies ahead of now, as after a clock that ran ahead. The broker's copy of
-- what is known already changes nothing. heard_at only rises, but never lies behind the arrival.
insert into platspuls.device_status as known (
  device_id, online, at, received_at, heard_at, skew_s, epoch, made, outbox_records, clock_known, clock_offset_ms,
  recorded_until, frame_rate, temperature_c, setup, counter_version, minor
)
select
  device_id, true, at, received, coalesce(heard, '-infinity'), skew, epoch, made, outbox_records, clock_known, clock_offset_ms, recorded_until,
  frame_rate, temperature_c, setup, counter_version, minor
from json_to_recordset(%(statuses)s::json) as r(
  device_id integer, at timestamptz, received timestamptz, heard timestamptz, skew bigint, epoch text, made bigint,
  outbox_records bigint, clock_known boolean, clock_offset_ms integer, recorded_until timestamptz,
  frame_rate double precision, temperature_c double precision, setup text, counter_version text, minor smallint,
  retained boolean
)
where not retained or not exists (
  select from platspuls.device_status as k
  where k.device_id = r.device_id and k.at is not distinct from r.at and k.online
)
order by device_id
on conflict (device_id) do update set
  online = excluded.online,
  at = excluded.at,
  received_at = excluded.received_at,
  heard_at = greatest(least(known.heard_at, excluded.received_at), excluded.heard_at),
  skew_s = coalesce(excluded.skew_s, known.skew_s),
  epoch = excluded.epoch,
  made = excluded.made,
  outbox_records = excluded.outbox_records,
  clock_known = excluded.clock_known,
  clock_offset_ms = excluded.clock_offset_ms,
  recorded_until = excluded.recorded_until,
  frame_rate = excluded.frame_rate,
  temperature_c = excluded.temperature_c,
  setup = excluded.setup,
  counter_version = excluded.counter_version,
  minor = excluded.minor
where (excluded.received_at >= known.received_at or known.received_at > now() + interval '5 seconds')
  and (
    not known.online
    or coalesce(excluded.at >= known.at, true)
    or known.at > excluded.received_at + interval '15 seconds'
    or excluded.received_at >= known.received_at + interval '30 seconds'
  )
