-- Which lines and zones of a site have facts, and which devices have delivered anything.
select 'line' as kind, line.key
from platspuls.line
join platspuls.site using (site_id)
where site.key = %(site)s
  and (
    exists (select from platspuls.line_flow where line_flow.line_id = line.line_id)
    or exists (select from platspuls.line_quarter where line_quarter.line_id = line.line_id)
    or exists (select from platspuls.conflict where conflict.line_id = line.line_id)
  )
union all
select 'zone', zone.key
from platspuls.zone
join platspuls.site using (site_id)
where site.key = %(site)s
  and (
    exists (select from platspuls.zone_flow where zone_flow.zone_id = zone.zone_id)
    or exists (select from platspuls.zone_quarter where zone_quarter.zone_id = zone.zone_id)
    or exists (select from platspuls.zone_dwell where zone_dwell.zone_id = zone.zone_id)
    or exists (select from platspuls.conflict where conflict.zone_id = zone.zone_id)
  )
union all
select 'device', device.key
from platspuls.device
join platspuls.site using (site_id)
where site.key = %(site)s
  and (
    exists (select from platspuls.delivery where delivery.device_id = device.device_id)
    or exists (select from platspuls.setup where setup.device_id = device.device_id)
    or exists (select from platspuls.data_version where data_version.device_id = device.device_id)
  )
