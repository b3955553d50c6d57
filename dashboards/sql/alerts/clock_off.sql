-- Alert: how many seconds what each counter said last differs from when it came; 0 where that isn't known.
select site, device, coalesce(abs(skew_s), 0)::double precision as skew_s
from reading.device_health
where coalesce(revoked_at > now(), true)
order by 1, 2
