select writing.counting_round_withdraw(%(by)s, %(site)s, %(number)s, %(reason)s)
