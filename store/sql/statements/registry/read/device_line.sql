select device.key as device, line.key as target, assigned
from platspuls.device_line
join platspuls.device using (device_id)
join platspuls.line using (line_id)
join platspuls.site on site.site_id = device.site_id
where site.key = %(site)s
order by device.key, line.key
