select start_utc, end_utc, start_local, utc_offset_s as utc_offset, entries, exits, coverage, missing, estimate
from reading.site_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s)
order by start_utc
