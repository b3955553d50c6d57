select calibration_id, kind, coalesce(line, zone), threshold_s, setup, from_utc, to_utc, strata, busy_from, counting_rounds, created_by,
  withdrawn_reason
from reading.calibration
where site = %(site)s
order by from_utc, calibration_id
