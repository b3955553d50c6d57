select writing.calibration_add(%(by)s, %(site)s, %(calibration)s::jsonb)
