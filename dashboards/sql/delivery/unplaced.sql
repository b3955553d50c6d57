-- Totals that the chosen counters declared without a time, the newest first: shown, never counted.
select
  case '$language' when 'sv' then device.name_sv else device.name_en end as device,
  coalesce(unplaced.line, unplaced.zone) as place,
  unplaced.forward + unplaced.backward as crossings,
  unplaced.entries,
  unplaced.observed_s,
  unplaced.received_at
from reading.unplaced
join reading.device on device.site = unplaced.site and device.device = unplaced.device
where unplaced.site = '$site' and unplaced.device = any (array[$device]::text[])
order by unplaced.received_at desc, 1, unplaced.device, unplaced.seq, 2
limit 100
