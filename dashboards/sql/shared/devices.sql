-- How each of the chosen counters was when it was last heard. The clock's offset is null where its clock isn't known.
select
  case '$language' when 'sv' then name_sv else name_en end as device,
  device as key,
  case when revoked_at <= now() then 'revoked' when online then 'online' when not online then 'offline' else 'never' end as state,
  age_s,
  case when clock_known then clock_offset_ms end as clock_offset_ms,
  outbox_records,
  frame_rate,
  temperature_c,
  setup,
  counter_version
from reading.device_health
where site = '$site' and device = any (array[$device]::text[])
order by age_s desc nulls first, 1, 2
