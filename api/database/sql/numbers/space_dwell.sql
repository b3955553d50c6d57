select space, inward, outward, drift, coverage, dwell_s, dwell_low_s, dwell_high_s, occupancy_mean, refused_for
from reading.space_dwell(%(site)s, %(from_utc)s, %(to_utc)s, %(only)s::text[])
order by space
