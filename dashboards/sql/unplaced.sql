-- Totals that the chosen counters declared without a time, the newest first: shown, never counted.
select
  case '$language' when 'sv' then device.name_sv else device.name_en end as device,
  coalesce(told.line, told.zone) as place,
  told.forward + told.backward as crossings,
  told.entries,
  told.observed_s,
  told.received_at
from reading.unplaced as told
join reading.device on device.site = told.site and device.device = told.device
where told.site = '$site' and told.device = any (array[$device]::text[])
order by told.received_at desc, 1, told.device, told.seq, 2
limit 100
