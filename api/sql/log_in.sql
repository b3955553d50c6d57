select writing.log_in(%(code_sha256)s, %(prefix)s, %(secret_sha256)s)
