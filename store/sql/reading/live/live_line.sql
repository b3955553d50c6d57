-- needs: reading.clock_off
-- The open interval of each line as last reported: never a fact.
-- as_of is the older of its own time and its arrival, age_s the whole seconds since; where clock_off, it is not of now. A clock
-- that is known to be behind by no more than 120 s is allowed for: its ticks are no older than others.
create view reading.live_line as
select
  site.key as site,
  line.key as line,
  device.key as device,
  live.at,
  live.received_at,
  as_of,
  floor(extract(epoch from now() - as_of))::bigint as age_s,
  reading.clock_off(live.at, live.received_at) as clock_off,
  start,
  forward,
  backward
from platspuls.live_line as live
join platspuls.line using (line_id)
join platspuls.site using (site_id)
join platspuls.device on device.device_id = live.device_id
left join platspuls.device_status as status on status.device_id = live.device_id and status.skew_s between -120 and 0
cross join lateral (
  select least(live.received_at, live.at + make_interval(secs => coalesce(-status.skew_s, 0))) as as_of
) as judged;
