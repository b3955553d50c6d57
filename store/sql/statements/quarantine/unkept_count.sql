-- Counts what was refused beyond a day's worth, by device and code.
insert into platspuls.unkept_reject as known (day, site_key, device_key, code, times)
select (now() at time zone 'UTC')::date, s, d, code, times
from json_to_recordset(%(unkept)s::json) as new(s text, d text, code text, times bigint)
order by s, d, code
on conflict (day, site_key, device_key, code) do update set times = known.times + excluded.times, last_at = now()
