-- Alert: for how many seconds something that each counter made has been missing in the store.
select
  device.site,
  device.device,
  coalesce(extract(epoch from now() - min(known.unsettled_since)), 0)::double precision as missing_s
from reading.device_health as device
left join reading.reconciliation as known on known.site = device.site and known.device = device.device
where coalesce(device.revoked_at > now(), true)
group by device.site, device.device
order by 1, 2
