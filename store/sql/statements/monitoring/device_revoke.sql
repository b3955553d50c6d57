update platspuls.device set revoked_at = %(at)s
from platspuls.site
where site.site_id = device.site_id and site.key = %(site)s and device.key = %(device)s
