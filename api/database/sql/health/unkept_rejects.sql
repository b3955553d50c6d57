select day, device, code, times, last_at
from reading.unkept_reject
where site = %(site)s
order by day desc, device, code
limit 200
