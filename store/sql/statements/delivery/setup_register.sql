-- Makes setups known, so many new ones a device and day: a device could make up names without end. Those beyond are left
-- out. The device is locked, so nobody adds to it meanwhile.
insert into platspuls.setup (device_id, key, minor)
select d, k, v
from (
  select d, k, v, row_number() over (partition by d order by k) as place
  from json_to_recordset(%(keys)s::json) as wanted(d integer, k text, v smallint)
  where not exists (select from platspuls.setup where device_id = wanted.d and key = wanted.k)
) as fresh
where place <= %(most)s - (
  select count(*)
  from platspuls.setup
  where device_id = fresh.d and first_heard_at > now() - interval '1 day'
)
order by d, k
on conflict (device_id, key) do nothing
