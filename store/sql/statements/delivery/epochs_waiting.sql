-- The epochs of these devices that wait and were heard of in the last hour, in the order in which they came first.
select device_id, epoch
from platspuls.waiting_epoch
where device_id = any (%(devices)s) and last_at > now() - interval '1 hour'
order by device_id, first_at, epoch
