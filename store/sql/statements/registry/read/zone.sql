select
  zone.key, zone.name_sv, zone.name_en, space.key as space, covers_space, disjoint, stay_threshold_s, commissioned
from platspuls.zone
join platspuls.site using (site_id)
join platspuls.space using (space_id)
where site.key = %(site)s
order by zone.key
