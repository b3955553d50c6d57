select writing.counting_round_add(%(by)s, %(site)s, %(counting_round)s::jsonb)
