-- Alert: seconds since each counter that should be at work surely lived, from the register: by its own words, not by its last
-- will; one that was never heard counts as ten years. A counter at work is assigned to a line or zone now and isn't revoked.
select health.site, health.device, coalesce(health.age_s, 315360000)::double precision as silent_s
from reading.device_health as health
where coalesce(health.revoked_at > now(), true)
  and exists (
    select from reading.device_assignment as assigned
    where assigned.site = health.site and assigned.device = health.device
      and coalesce(assigned.from_utc, '-infinity') <= now() and coalesce(assigned.to_utc, 'infinity') > now()
  )
order by 1, 2
