-- The open interval of each line as last reported: never a fact. age_s is the whole seconds since it arrived.
create view reading.live_line as
select
  site.key as site,
  line.key as line,
  device.key as device,
  at,
  received_at,
  floor(extract(epoch from now() - received_at))::integer as age_s,
  start,
  forward,
  backward
from platspuls.live_line
join platspuls.line using (line_id)
join platspuls.site using (site_id)
join platspuls.device using (device_id);
