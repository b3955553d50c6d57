-- When the installation's certificates end, the first first, and how long ago that was looked up; not of one site.
select path, array_to_string(names, ', ') as names, ends_at, days_left, noted_s
from reading.certificate
order by ends_at, path
