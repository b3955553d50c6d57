-- Takes times of a site's zone out of those that have sums: they are summed up again.
update platspuls.zone_summed as summed
set during = summed.during - tstzmultirange(tstzrange(%(start)s, %(end)s))
from platspuls.zone
join platspuls.site using (site_id)
where site.key = %(site)s and zone.key = %(key)s and summed.zone_id = zone.zone_id
