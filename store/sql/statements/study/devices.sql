-- The devices that have something to watch in what is left of each phase that runs or is to come, and the setup that each said
-- last: null where it was never heard. Revoked ones count no more.
select distinct phase.site, phase.study, phase.phase, phase.starts_at, device.device, device.setup,
  reading.counting_version(device.setup) as counting_version
from reading.phase
  join reading.device_assignment as assigned on assigned.site = phase.site
    and coalesce(assigned.to_utc > greatest(phase.starts_at, %(now)s), true)
    and coalesce(assigned.from_utc < phase.ends_at, true)
  join reading.device_health as device on device.site = assigned.site and device.device = assigned.device
where (%(site)s::text is null or phase.site = %(site)s)
  and coalesce(phase.ends_at > %(now)s, true) and device.state <> 'revoked'
order by phase.site, phase.starts_at, phase.study, phase.phase, device.device
