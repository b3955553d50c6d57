-- What was refused beyond a day's worth, by day, device and code, newest first.
select day, site_key, device_key, code, times, last_at
from platspuls.unkept_reject
where (%(site)s::text is null or site_key = %(site)s)
  and (%(device)s::text is null or device_key = %(device)s)
  and (%(code)s::text is null or code = %(code)s)
  and (%(since)s::timestamptz is null or last_at >= %(since)s)
order by day desc, site_key, device_key, code
limit %(limit)s
