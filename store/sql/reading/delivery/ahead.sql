-- needs: reading.numbers_in
-- Records that ended later than they came, by device, epoch and how many seconds (whole minutes, rounded up): how many, and
-- when the first and the last of them was seen. They wait until their time has come.
create view reading.ahead as
select
  site.key as site,
  device.key as device,
  epoch,
  skew_s,
  reading.numbers_in(numbers) as records,
  first_at,
  last_at
from platspuls.ahead
join platspuls.delivery using (delivery_id)
join platspuls.device using (device_id)
join platspuls.site using (site_id);
