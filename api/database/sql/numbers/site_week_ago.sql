select entries, week_ago, change, until_local, left_out from reading.site_week_ago(%(site)s, %(at)s)
