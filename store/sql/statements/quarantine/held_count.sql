-- One row a cause. A stranger can make up names without end, so new causes are not kept beyond a bound.
insert into platspuls.held as held (site_key, device_key, cause, detail, times)
select site_key, device_key, cause, detail, times
from json_to_recordset(%(held)s::json) as r(site_key text, device_key text, cause text, detail text, times bigint)
where (select count(*) from platspuls.held) < 10000
  or exists (select from platspuls.held as h where (h.site_key, h.device_key, h.cause, h.detail)
    = (r.site_key, r.device_key, r.cause, r.detail))
order by site_key, device_key, cause, detail
on conflict (site_key, device_key, cause, detail) do update set times = held.times + excluded.times, last_at = now()
