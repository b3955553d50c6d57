insert into platspuls.device_line (device_id, line_id, assigned)
select device_id, line_id, %(assigned)s::tstzmultirange
from platspuls.site
join platspuls.device using (site_id)
join platspuls.line using (site_id)
where site.key = %(site)s and device.key = %(device)s and line.key = %(target)s
on conflict (device_id, line_id) do update set assigned = excluded.assigned
