select device.device_id, site.key, device.key
from platspuls.device
join platspuls.site using (site_id)
