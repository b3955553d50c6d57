-- What is settled of these epochs, whether they forked, and which numbers were seen ahead of their time, by how many
-- seconds; those not heard of before are missing.
select
  delivery.device_id,
  delivery.epoch,
  delivery.delivery_id,
  (delivery.stored + delivery.rejected + delivery.lost)::text,
  delivery.stored::text,
  delivery.rejected::text,
  delivery.fork_seq,
  coalesce(
    (
      select json_agg(json_build_array(ahead.skew_s, ahead.numbers::text))
      from platspuls.ahead
      where ahead.delivery_id = delivery.delivery_id
    ),
    '[]'
  )
from json_to_recordset(%(keys)s::json) as wanted(d integer, e text)
join platspuls.delivery on delivery.device_id = wanted.d and delivery.epoch = wanted.e
