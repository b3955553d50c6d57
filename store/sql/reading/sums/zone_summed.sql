-- Of what times of a zone the sums by hour and day count: those made by the site's time zone as it is now.
create view reading.zone_summed as
select zone_id, zone_summed.during
from platspuls.zone_summed
join platspuls.zone using (zone_id)
join platspuls.site using (site_id)
where zone_summed.time_zone = site.time_zone;
