-- Records that wait in each chosen counter's outbox, by what it said last.
select
  case '$language' when 'sv' then name_sv else name_en end as device,
  outbox_records as records
from reading.device_health
where site = '$site' and device = any (array[$device]::text[]) and outbox_records is not null
  and coalesce(revoked_at > now(), true)
order by 2 desc, 1, device
