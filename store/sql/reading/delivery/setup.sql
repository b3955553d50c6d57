-- The setups that each device has reported under. minor: of the wire that its records were written in when it was first heard
-- of. A counter of minor 0 may have said of time that it was watched in which nobody would have been counted.
create view reading.setup as
select
  setup_id,
  site.key as site,
  device.key as device,
  setup.key as setup,
  minor,
  first_heard_at
from platspuls.setup
join platspuls.device using (device_id)
join platspuls.site using (site_id);
