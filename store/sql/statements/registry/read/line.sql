select line.key, line.name_sv, line.name_en, border.key as border, role, commissioned
from platspuls.line
join platspuls.site using (site_id)
join platspuls.border using (border_id)
where site.key = %(site)s
order by line.key
