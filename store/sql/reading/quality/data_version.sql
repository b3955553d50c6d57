-- How often a device's data of a UTC day was changed. What was worked out from days whose versions stand still, of a
-- site whose version stands still, is right as it was.
create view reading.data_version as
select site.key as site, device.key as device, day, data_version.version
from platspuls.data_version
join platspuls.device using (device_id)
join platspuls.site using (site_id);
