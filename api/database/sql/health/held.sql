select device, cause, detail, first_at, last_at, times
from reading.held
where site = %(site)s
order by last_at desc
limit 200
