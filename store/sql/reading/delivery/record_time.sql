-- Which record reported which time: one row a fact, and one a fact that was reported twice (kind conflict). Only where raw
-- facts are still kept. Ask for a site and a time: then the facts are found by their lines and zones.
create view reading.record_time as
select site.key as site, device.key as device, epoch, seq, start, kind
from (
  select site_id, delivery_id, seq, start, 'line_flow' as kind
  from platspuls.line join platspuls.line_flow using (line_id)
  union all
  select site_id, delivery_id, seq, start, 'zone_flow'
  from platspuls.zone join platspuls.zone_flow using (zone_id)
  union all
  select site_id, delivery_id, seq, start, 'zone_dwell'
  from platspuls.zone join platspuls.zone_dwell using (zone_id)
  union all
  select site_id, delivery_id, seq, start, 'conflict'
  from platspuls.conflict
  join platspuls.delivery using (delivery_id)
  join platspuls.device using (device_id)
) as fact
join platspuls.site using (site_id)
join platspuls.delivery using (delivery_id)
join platspuls.device using (device_id);
