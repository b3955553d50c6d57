select kind, part, from_utc, to_utc, device, setup, counting_version, began_by, device_before, setup_before,
  counting_version_before, phases
from reading.segments(%(site)s, %(from_utc)s, %(to_utc)s)
order by kind, part collate "C", from_utc
