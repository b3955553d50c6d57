delete from platspuls.device_line
using platspuls.site, platspuls.device, platspuls.line
where site.key = %(site)s
  and device.site_id = site.site_id
  and device.key = %(device)s
  and line.site_id = site.site_id
  and line.key = %(target)s
  and device_line.device_id = device.device_id
  and device_line.line_id = line.line_id
