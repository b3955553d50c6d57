select writing.anomaly_answer(%(by)s, %(site)s, %(number)s, %(version)s, %(fields)s::jsonb)
