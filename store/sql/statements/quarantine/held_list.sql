-- What waits, newest first, and whether its names are known by now.
select
  held.site_key,
  held.device_key,
  held.cause,
  held.detail,
  held.first_at,
  held.last_at,
  held.times,
  exists (
    select from platspuls.device join platspuls.site using (site_id)
    where site.key = held.site_key and device.key = held.device_key
  )
from platspuls.held
where (%(site)s::text is null or held.site_key = %(site)s)
  and (%(device)s::text is null or held.device_key = %(device)s)
order by held.last_at desc, held.site_key, held.device_key, held.cause, held.detail
limit %(limit)s
