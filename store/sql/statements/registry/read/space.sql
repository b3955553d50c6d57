select space.key, space.name_sv, space.name_en
from platspuls.space
join platspuls.site using (site_id)
where site.key = %(site)s
order by space.key
