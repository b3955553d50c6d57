-- What became of everything that was made, by device and epoch.
select
  site, device, epoch, previous_epoch, state, first_heard_at, last_heard_at, made, stored, rejected, lost, unsettled,
  unknown, moved, unsettled_since, held, missing::text, forked_at, fork_seq, disputed, reported_made, reported_waiting,
  reported_at
from reading.reconciliation
where (%(site)s::text is null or site = %(site)s)
  and (%(device)s::text is null or device = %(device)s)
  and (%(since)s::timestamptz is null or last_heard_at is null or last_heard_at >= %(since)s)
order by site, device, first_heard_at nulls first, epoch
