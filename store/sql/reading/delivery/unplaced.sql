-- Totals that a device declared without a time, since it lost its power before it ever knew its clock: shown, never
-- counted. One row a record and line or zone; the counts of the other kind are null. It was some time before received_at.
create view reading.unplaced as
select
  site.key as site,
  device.key as device,
  epoch,
  seq,
  line.key as line,
  null::text as zone,
  forward,
  backward,
  gross_forward,
  gross_backward,
  null::integer as entries,
  null::integer as appeared,
  null::integer as exits,
  null::integer as lost,
  null::bigint as presence_s,
  observed_s,
  flags,
  received_at
from platspuls.unplaced_line
join platspuls.line using (line_id)
join platspuls.delivery using (delivery_id)
join platspuls.device using (device_id)
join platspuls.site on site.site_id = device.site_id
union all
select
  site.key,
  device.key,
  epoch,
  seq,
  null,
  zone.key,
  null,
  null,
  null,
  null,
  entries,
  appeared,
  exits,
  unplaced_zone.lost,
  presence_s,
  observed_s,
  flags,
  received_at
from platspuls.unplaced_zone
join platspuls.zone using (zone_id)
join platspuls.delivery using (delivery_id)
join platspuls.device using (device_id)
join platspuls.site on site.site_id = device.site_id;
