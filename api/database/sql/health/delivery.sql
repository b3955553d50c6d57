select device, epoch, first_heard_at, last_heard_at, made, stored, rejected, lost, unsettled, unknown, unsettled_since
from reading.reconciliation
where site = %(site)s and first_heard_at is not null
order by device, first_heard_at desc
limit 200
