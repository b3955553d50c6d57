select writing.calibration_session_withdraw(%(by)s, %(site)s, %(number)s, %(reason)s)
