select device, jsonb_build_object('sv', name_sv, 'en', name_en) as name, state,
  case when state in ('online', 'recorded_ahead') then true when state in ('offline', 'silent', 'revoked') then false end as online,
  at as said_at, received_at, heard_at, age_s, skew_s, epoch, outbox_records, clock_known, clock_offset_ms, recorded_until,
  recorded_ahead_s, frame_rate, temperature_c, setup, counter_version, minor as wire_minor, revoked_at
from reading.device_health
where site = %(site)s
order by device
