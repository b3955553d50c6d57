select device.key as device, zone.key as target, assigned
from platspuls.device_zone
join platspuls.device using (device_id)
join platspuls.zone using (zone_id)
join platspuls.site on site.site_id = device.site_id
where site.key = %(site)s
order by device.key, zone.key
