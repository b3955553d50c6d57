select device, epoch, first_heard_at, last_heard_at, made, stored, rejected, lost
from reading.delivery
where site = %(site)s
order by device, first_heard_at desc
limit 200
