insert into platspuls.data_version as known (device_id, day, arrived_at)
select d, to_timestamp(s)::date, clock_timestamp() from json_to_recordset(%(days)s::json) as r(d integer, s bigint) order by 1, 2
on conflict (device_id, day) do update set version = known.version + 1, arrived_at = excluded.arrived_at
