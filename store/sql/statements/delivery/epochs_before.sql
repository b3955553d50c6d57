-- The epochs before each of these, by the names that their devices gave, up to a hundred back.
with recursive chain as (
  select delivery_id as later, device_id, previous_epoch, 0 as steps
  from platspuls.delivery
  where delivery_id = any (%(deliveries)s)
  union all
  select chain.later, before.device_id, before.previous_epoch, chain.steps + 1
  from chain
  join platspuls.delivery as before on before.device_id = chain.device_id and before.epoch = chain.previous_epoch
  where chain.steps < 100
)
select distinct chain.later, before.delivery_id
from chain
join platspuls.delivery as before on before.device_id = chain.device_id and before.epoch = chain.previous_epoch
