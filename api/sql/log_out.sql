select writing.log_out(%(by)s, %(prefix)s)
