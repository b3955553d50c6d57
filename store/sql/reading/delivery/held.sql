-- What waits for its cause to be resolved; site and device as the topics name them, known or not.
create view reading.held as
select site_key as site, device_key as device, cause, detail, first_at, last_at, times
from platspuls.held;
