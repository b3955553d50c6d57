-- How many epochs of these devices were made known in the last day: those that name no epoch that is known, and those that
-- name one.
select
  device_id,
  count(*) filter (where not follows),
  count(*) filter (where follows)
from (
  select
    delivery.device_id,
    exists (
      select from platspuls.delivery as before
      where before.device_id = delivery.device_id and before.epoch = delivery.previous_epoch
    ) as follows
  from platspuls.delivery
  where delivery.device_id = any (%(devices)s) and delivery.first_heard_at > now() - interval '1 day'
) as recent
group by device_id
