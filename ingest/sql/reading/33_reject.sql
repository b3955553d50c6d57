-- Refused for good, and why; site and device as the topic names them. What was sent is not shown, only its hash and size.
-- The same bytes refused again only raise times and last_at.
create view reading.reject as
select
  arrived_at,
  last_at,
  times,
  topic,
  site_key as site,
  device_key as device,
  epoch,
  seq,
  code,
  reason,
  payload_sha256,
  payload_bytes,
  field_names
from platspuls.reject;
