-- How far the clock of each chosen counter is from the server's, either way, by what came from it last.
select
  case '$language' when 'sv' then name_sv else name_en end as device,
  abs(skew_s) as skew_s
from reading.device_health
where site = '$site' and device = any (array[$device]::text[]) and skew_s is not null and coalesce(revoked_at > now(), true)
order by 2 desc, 1, device
