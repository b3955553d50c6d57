-- How far the clock of each chosen counter is off, either way, by what it said last; those that know their time.
select
  case '$language' when 'sv' then name_sv else name_en end as device,
  abs(clock_offset_ms) as offset_ms
from reading.device_health
where site = '$site' and device = any (array[$device]::text[]) and clock_known and coalesce(revoked_at > now(), true)
order by 2 desc, 1, device
