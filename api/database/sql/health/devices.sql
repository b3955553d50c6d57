select device, jsonb_build_object('sv', name_sv, 'en', name_en) as name, online, received_at as heard_at, age_s, epoch,
  outbox_records, clock_known, clock_offset_ms, frame_rate, temperature_c, setup, counter_version, revoked_at
from reading.device_health
where site = %(site)s
order by device
