insert into platspuls.device_zone (device_id, zone_id, assigned)
select device_id, zone_id, %(assigned)s::tstzmultirange
from platspuls.site
join platspuls.device using (site_id)
join platspuls.zone using (site_id)
where site.key = %(site)s and device.key = %(device)s and zone.key = %(target)s
on conflict (device_id, zone_id) do update set assigned = excluded.assigned
