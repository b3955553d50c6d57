-- Keeps what is refused for good, once. payload comes as base64, or is null where it must not be kept.
insert into platspuls.reject as reject (
  topic, site_key, device_key, epoch, seq, code, reason, payload, payload_sha256, payload_bytes, field_names, times
)
select
  topic, site_key, device_key, epoch, seq, code, reason, decode(payload, 'base64'), payload_sha256, payload_bytes,
  field_names, times
from json_to_recordset(%(rejects)s::json) as r(
  topic text, site_key text, device_key text, epoch text, seq bigint, code text, reason text, payload text,
  payload_sha256 text, payload_bytes integer, field_names text[], times bigint
)
order by topic, payload_sha256, code, epoch, seq
on conflict (topic, payload_sha256, code, epoch, seq) do update set
  times = reject.times + excluded.times,
  last_at = now()
