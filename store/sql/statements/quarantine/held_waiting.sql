-- Causes that hold something back since before a time, and did so in the last day.
select site_key, device_key, cause, detail, first_at
from platspuls.held
where first_at < %(before)s and last_at > now() - interval '1 day'
  and (%(site)s::text is null or site_key = %(site)s)
  and (%(device)s::text is null or device_key = %(device)s)
order by site_key, device_key, cause, detail
