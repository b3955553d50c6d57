-- Every site, device, line and zone: its kind, its site, its key, and of sites the time zone.
select 'site', site.key, site.key, site.time_zone
from platspuls.site
union all
select 'device', site.key, device.key, null
from platspuls.device
join platspuls.site using (site_id)
union all
select 'line', site.key, line.key, null
from platspuls.line
join platspuls.site using (site_id)
union all
select 'zone', site.key, zone.key, null
from platspuls.zone
join platspuls.site using (site_id)
