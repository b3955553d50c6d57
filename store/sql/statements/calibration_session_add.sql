select writing.calibration_session_add(%(by)s, %(site)s, %(session)s::jsonb)
