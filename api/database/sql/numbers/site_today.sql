select entries, coverage::double precision as coverage, missing, estimate, until_utc from reading.site_today(%(site)s, %(at)s)
