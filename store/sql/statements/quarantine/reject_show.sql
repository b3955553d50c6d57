-- All that is kept of one reject.
select
  reject_id, arrived_at, last_at, times, topic, site_key, device_key, epoch, seq, code, reason, payload,
  payload_sha256, payload_bytes, field_names, replayed_at, replayed_by, outcome, outcome_reason
from platspuls.reject
where reject_id = %(reject)s
