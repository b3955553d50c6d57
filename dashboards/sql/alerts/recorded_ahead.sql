-- Alert: how many seconds the newest record of each counter lay ahead of when it was heard; 0 where it doesn't say.
select site, device, coalesce(recorded_ahead_s, 0)::double precision as ahead_s
from reading.device_health
where coalesce(revoked_at > now(), true)
order by 1, 2
