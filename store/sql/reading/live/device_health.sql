-- How each device said it was, and how long ago it was heard of, in whole seconds. Null where it never said. One that is
-- revoked is not online, whatever it said last.
create view reading.device_health as
select
  site.key as site,
  device.key as device,
  device.name_sv,
  device.name_en,
  case when revoked_at <= now() then false else online end as online,
  at,
  received_at,
  floor(extract(epoch from now() - received_at))::integer as age_s,
  epoch,
  made,
  outbox_records,
  clock_known,
  clock_offset_ms,
  frame_rate,
  temperature_c,
  setup,
  counter_version,
  revoked_at
from platspuls.device
join platspuls.site using (site_id)
left join platspuls.device_status using (device_id);
