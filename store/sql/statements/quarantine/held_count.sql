-- One row a cause; what is held is kept by its device, so nothing but words is bounded here. A device that makes up causes
-- has a hundred rows, and one more for each kind of cause; who is no known device has no more than 10,000 all together.
with waiting as (
  select
    r.*,
    exists (
      select from platspuls.held as h
      where (h.site_key, h.device_key, h.cause, h.detail) = (r.site_key, r.device_key, r.cause, r.detail)
    ) as is_known,
    (select count(*) from platspuls.held as h where (h.site_key, h.device_key) = (r.site_key, r.device_key))
      + row_number() over (partition by r.site_key, r.device_key order by r.cause, r.detail) as place
  from json_to_recordset(%(held)s::json)
    as r(site_key text, device_key text, cause text, detail text, times bigint)
), bounded as (
  select
    site_key,
    device_key,
    cause,
    case when is_known or place <= 100 then detail else 'and more like this' end as detail,
    is_known,
    times
  from waiting
)
insert into platspuls.held as held (site_key, device_key, cause, detail, times)
select site_key, device_key, cause, detail, sum(times)
from bounded
where is_known or (select count(*) from platspuls.held) < 10000
  or exists (
    select from platspuls.device join platspuls.site using (site_id)
    where (site.key, device.key) = (bounded.site_key, bounded.device_key)
  )
group by site_key, device_key, cause, detail
order by site_key, device_key, cause, detail
on conflict (site_key, device_key, cause, detail) do update set times = held.times + excluded.times, last_at = now()
