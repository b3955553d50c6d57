insert into platspuls.setup (device_id, key)
select d, k from json_to_recordset(%(keys)s::json) as wanted(d integer, k text) order by d, k
on conflict (device_id, key) do nothing
