-- Makes the counts of today known that aren't yet, so that they can be locked.
insert into platspuls.day_count (day, site_key, device_key, what)
select (now() at time zone 'UTC')::date, s, d, %(what)s
from json_to_recordset(%(owners)s::json) as wanted(s text, d text)
order by s, d
on conflict (day, site_key, device_key, what) do nothing
