select zone, start_utc, end_utc, entered, fragment, presence_s
from reading.zone_dwell(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, 60, %(hours)s)
order by zone collate "C", start_utc
