select border.key, border.name_sv, border.name_en, origin.key as from_space, destination.key as to_space
from platspuls.border
join platspuls.site using (site_id)
left join platspuls.space as origin on origin.space_id = from_space_id
left join platspuls.space as destination on destination.space_id = to_space_id
where site.key = %(site)s
order by border.key
