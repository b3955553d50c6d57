-- commissioned: when the zone was meant to be watched. zone_id joins zone_quarter and zone_dwell_quarter.
create view reading.zone as
select
  site.key as site,
  zone.key as zone,
  zone.name_sv,
  zone.name_en,
  space.key as space,
  covers_space,
  disjoint,
  stay_threshold_s,
  commissioned,
  zone_id
from platspuls.zone
join platspuls.site using (site_id)
join platspuls.space using (space_id);
