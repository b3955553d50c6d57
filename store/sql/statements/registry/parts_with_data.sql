-- Which lines and zones of a site have facts, which devices have delivered anything, and what people wrote something of.
select 'line' as kind, line.key
from platspuls.line
join platspuls.site using (site_id)
where site.key = %(site)s
  and (
    exists (select from platspuls.line_flow where line_flow.line_id = line.line_id)
    or exists (select from platspuls.line_quarter where line_quarter.line_id = line.line_id)
    or exists (select from platspuls.conflict where conflict.line_id = line.line_id)
    or exists (select from platspuls.exclusion where exclusion.line_id = line.line_id)
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
    or exists (select from platspuls.exclusion where exclusion.zone_id = zone.zone_id)
    or exists (select from platspuls.observation where observation.zone_id = zone.zone_id)
    or exists (select from platspuls.staff_time where staff_time.zone_id = zone.zone_id)
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
union all
select 'space', space.key
from platspuls.space
join platspuls.site using (site_id)
where site.key = %(site)s
  and (
    exists (select from platspuls.activity where activity.space_id = space.space_id)
    or exists (select from platspuls.observation where observation.space_id = space.space_id)
    or exists (select from platspuls.staff_time where staff_time.space_id = space.space_id)
    or exists (select from platspuls.incident where incident.space_id = space.space_id)
    or exists (select from platspuls.note where note.space_id = space.space_id)
    or exists (select from platspuls.exclusion where exclusion.space_id = space.space_id)
  )
