-- People in each zone as last reported, and how many of them had been there for stay_s seconds: never a fact.
-- age_s is the whole seconds since it arrived.
create view reading.live_zone as
select
  site.key as site,
  zone.key as zone,
  device.key as device,
  at,
  received_at,
  floor(extract(epoch from now() - received_at))::integer as age_s,
  occupancy,
  staying,
  stay_s
from platspuls.live_zone
join platspuls.zone using (zone_id)
join platspuls.site using (site_id)
join platspuls.device using (device_id);
