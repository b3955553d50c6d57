-- Alert: for how many seconds other records of each counter have come under numbers that stand for something else: they wait in
-- the counter until it sends them under a new epoch. 0 where no epoch has forked, or where the next one has begun.
select
  device.site,
  device.device,
  coalesce(extract(epoch from now() - min(known.forked_at)), 0)::double precision as forked_s
from reading.device_health as device
left join reading.reconciliation as known
  on known.site = device.site and known.device = device.device and known.state = 'forked'
where coalesce(device.revoked_at > now(), true)
group by device.site, device.device
order by 1, 2
