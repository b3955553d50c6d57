-- The quarter-hours of zones, one to one; joined as line_quarter is.
create view reading.zone_quarter as
select
  site.key as site,
  zone.key as zone,
  zone_quarter.zone_id,
  start,
  setup_id,
  setup.key as setup,
  entries,
  appeared,
  exits,
  lost,
  presence_s,
  occupancy_max,
  observed_ms,
  minutes,
  flags
from platspuls.zone_quarter
left join platspuls.zone on zone.zone_id = zone_quarter.zone_id
left join platspuls.site on site.site_id = zone.site_id
left join platspuls.setup using (setup_id);
