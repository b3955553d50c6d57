-- Refused for good, and why; site and device as the topic names them. What was sent is not shown, only its hash and size.
-- The same bytes refused again only raise times and last_at. outcome: what came of the newest try to store it after
-- all (stored, repeat, refused, held), at replayed_at; null where nobody tried.
create view reading.reject as
select
  reject_id as number,
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
  field_names,
  replayed_at,
  outcome,
  outcome_reason
from platspuls.reject;
