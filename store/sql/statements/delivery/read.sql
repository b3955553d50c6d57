-- What is settled of these epochs, and whether they forked; those not heard of before are missing.
select
  delivery.device_id,
  delivery.epoch,
  delivery.delivery_id,
  (delivery.stored + delivery.rejected + delivery.lost)::text,
  delivery.stored::text,
  delivery.rejected::text,
  delivery.fork_seq
from json_to_recordset(%(keys)s::json) as wanted(d integer, e text)
join platspuls.delivery on delivery.device_id = wanted.d and delivery.epoch = wanted.e
