-- Locks the devices of a site as ingest does: nobody stores anything of it meanwhile.
select device_id
from platspuls.device
join platspuls.site using (site_id)
where site.key = %(site)s
order by device_id
for no key update of device
