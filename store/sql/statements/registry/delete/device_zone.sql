delete from platspuls.device_zone
using platspuls.site, platspuls.device, platspuls.zone
where site.key = %(site)s
  and device.site_id = site.site_id
  and device.key = %(device)s
  and zone.site_id = site.site_id
  and zone.key = %(target)s
  and device_zone.device_id = device.device_id
  and device_zone.zone_id = zone.zone_id
