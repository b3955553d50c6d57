select reading.code_state(%(code_sha256)s) as state
