-- How each of the chosen counters was when it was last heard. The clock's offset is null where its clock isn't known. skew_s: how
-- far its clock is from the server's, by what came last; under 0 it is behind, or that was late.
select
  case '$language' when 'sv' then name_sv else name_en end as device,
  device as key,
  state,
  age_s,
  skew_s,
  case when clock_known then clock_offset_ms end as clock_offset_ms,
  outbox_records,
  frame_rate,
  temperature_c,
  setup,
  counter_version,
  recorded_until,
  minor
from reading.device_health
where site = '$site' and device = any (array[$device]::text[])
order by age_s desc nulls first, 1, 2
