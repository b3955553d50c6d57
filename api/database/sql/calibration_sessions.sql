select session_id as session, kind, line, zone, setup, from_utc as starts_at, to_utc as ends_at, hand, machine,
  observed_ms, dark, busy, counted_by, note, entered_at, entered_by, withdrawn_at, withdrawn_by, withdrawn_reason
from reading.calibration_session
where site = %(site)s and (%(numbers)s::integer[] is null or session_id = any (%(numbers)s))
order by from_utc desc, session_id desc
limit %(limit)s
