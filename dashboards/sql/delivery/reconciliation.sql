-- What became of the records of each chosen counter, by epoch of its outbox: made = stored + rejected + lost + unsettled +
-- unknown + moved. The newest first.
select
  case '$language' when 'sv' then device.name_sv else device.name_en end as device,
  known.epoch,
  known.state,
  known.made,
  known.stored,
  known.rejected,
  known.lost,
  known.unsettled,
  known.unknown,
  known.moved,
  known.unsettled_since,
  array_to_string(known.held, ', ') as held,
  known.last_heard_at
from reading.reconciliation as known
join reading.device on device.site = known.site and device.device = known.device
where known.site = '$site' and known.device = any (array[$device]::text[])
order by known.last_heard_at desc nulls last, 1, known.device, known.epoch
limit 200
