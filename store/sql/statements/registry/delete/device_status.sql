-- How a device is now: no fact, and gone with it.
delete from platspuls.device_status
where device_id in (
  select device_id
  from platspuls.device
  join platspuls.site using (site_id)
  where site.key = %(site)s and device.key = %(key)s
)
