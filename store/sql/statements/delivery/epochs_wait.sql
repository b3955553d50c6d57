-- Notes epochs that wait, a hundred a device at most: beyond, they wait in no order.
insert into platspuls.waiting_epoch as known (device_id, epoch, previous_epoch)
select d, e, p
from (
  select
    wanted.d,
    wanted.e,
    wanted.p,
    own.epoch is not null as is_known,
    (select count(*) from platspuls.waiting_epoch as other where other.device_id = wanted.d)
      + count(*) filter (where own.epoch is null) over (partition by wanted.d order by wanted.n) as place
  from json_to_recordset(%(keys)s::json) as wanted(n integer, d integer, e text, p text)
  left join platspuls.waiting_epoch as own on own.device_id = wanted.d and own.epoch = wanted.e
) as waiting
where is_known or place <= 100
order by d, e
on conflict (device_id, epoch) do update set last_at = now()
