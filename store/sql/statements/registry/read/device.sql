select device.key, device.name_sv, device.name_en
from platspuls.device
join platspuls.site using (site_id)
where site.key = %(site)s
order by device.key
