select clock, days, low, middle, high from reading.typical_day(%(site)s, %(bucket)s, %(day)s::date) order by clock
