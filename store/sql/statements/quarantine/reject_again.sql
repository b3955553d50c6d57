-- What was refused before raises a counter. Returns which of these were.
update platspuls.reject as known
set times = known.times + new.times, last_at = now()
from json_to_recordset(%(rejects)s::json)
  as new(topic text, payload_sha256 text, code text, epoch text, seq bigint, times bigint)
where known.topic = new.topic and known.payload_sha256 = new.payload_sha256 and known.code = new.code
  and known.epoch is not distinct from new.epoch and known.seq is not distinct from new.seq
returning known.topic, known.payload_sha256, known.code, known.epoch, known.seq
