-- Locks the counts of today, always in this order, and returns them.
select site_key, device_key, kept, kept_bytes
from platspuls.day_count
where day = (now() at time zone 'UTC')::date and what = %(what)s
  and (site_key, device_key) in (select s, d from json_to_recordset(%(owners)s::json) as wanted(s text, d text))
order by site_key, device_key
for no key update
