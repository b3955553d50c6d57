-- The same time reported twice: shown, never counted. kind is line_flow, zone_flow or zone_dwell; line or zone is null.
create view reading.conflict as
select
  site.key as site, kind, line.key as line, zone.key as zone, start, period_s, device.key as device, epoch, seq, fact, noticed_at
from platspuls.conflict
join platspuls.delivery using (delivery_id)
join platspuls.device using (device_id)
join platspuls.site using (site_id)
left join platspuls.line using (line_id)
left join platspuls.zone using (zone_id);
