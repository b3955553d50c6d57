-- The same of zones: of their flow or of their dwell, whichever was further ahead.
create view reading.zone_skew as
select site.key as site, zone.key as zone, start, skew_s
from platspuls.zone_skew
join platspuls.zone using (zone_id)
join platspuls.site using (site_id);
