-- What was refused beyond what a device may make the store keep in a day: counted by code, and nothing of it kept. day is a UTC
-- day; site and device are '' for whoever is no known device.
create view reading.unkept_reject as
select day, site_key as site, device_key as device, code, times, first_at, last_at
from platspuls.unkept_reject;
