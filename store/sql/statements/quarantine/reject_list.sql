-- Rejects without their payload, newest first.
select reject_id, last_at, times, topic, site_key, device_key, epoch, seq, code, reason, payload is not null, outcome
from platspuls.reject
where (%(site)s::text is null or site_key = %(site)s)
  and (%(device)s::text is null or device_key = %(device)s)
  and (%(code)s::text is null or code = %(code)s)
  and (%(since)s::timestamptz is null or last_at >= %(since)s)
order by last_at desc, reject_id desc
limit %(limit)s
