select site, anomaly_id, rule, coalesce(line, zone, space, device), starts_at, ends_at, measured, usual, state, answer,
  reason, version
from reading.anomaly
where (%(site)s::text is null or site = %(site)s) and (%(all)s or state = 'open')
order by site, starts_at, anomaly_id
limit %(limit)s
