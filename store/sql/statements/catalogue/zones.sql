-- One row a device, zone and period of assignment; a side without an end is null.
select
  assignment.device_id,
  zone.key,
  zone.zone_id,
  extract(epoch from nullif(lower(period), '-infinity'))::bigint,
  extract(epoch from nullif(upper(period), 'infinity'))::bigint
from platspuls.device_zone as assignment
join platspuls.zone using (zone_id)
cross join unnest(assignment.assigned) as period
