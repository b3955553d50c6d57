select
  device, epoch, previous_epoch, state, first_heard_at, last_heard_at, made, stored, rejected, lost, unsettled, unknown,
  moved, unsettled_since, forked_at, disputed, held
from reading.reconciliation
where site = %(site)s
order by device, first_heard_at nulls first, epoch
limit 1000
