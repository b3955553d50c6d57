select writing.calibration_withdraw(%(by)s, %(site)s, %(number)s, %(reason)s)
