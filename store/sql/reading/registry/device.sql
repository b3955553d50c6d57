create view reading.device as
select site.key as site, device.key as device, device.name_sv, device.name_en
from platspuls.device
join platspuls.site using (site_id);
