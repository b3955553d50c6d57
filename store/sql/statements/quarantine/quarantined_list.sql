-- Quarantine, newest first; those that wait alone, or with what was decided before.
select
  quarantined_id, first_at, last_at, times, topic, site_key, device_key, epoch, seq, state, reason, payload is not null,
  decided_by, decision
from platspuls.quarantined
where (%(all)s or state = 'waiting')
  and (%(site)s::text is null or site_key = %(site)s)
  and (%(device)s::text is null or device_key = %(device)s)
order by last_at desc, quarantined_id desc
limit %(limit)s
