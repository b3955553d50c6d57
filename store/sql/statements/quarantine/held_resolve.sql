-- Forgets what no longer waits, for devices that were just heard of. That the name wasn't known is over, since it is
-- now. Whatever else was held is a record that isn't settled: when all records that the device's newest epoch has
-- reported are settled, nothing waits any more; but of an epoch that has forked other records wait under its numbers.
delete from platspuls.held
using platspuls.device, platspuls.site
where device.device_id = any(%(devices)s)
  and site.site_id = device.site_id
  and held.site_key = site.key
  and held.device_key = device.key
  and held.last_at < now()
  and not (
    held.cause = 'too_many_epochs'
    and exists (
      select from platspuls.waiting_epoch as waiting
      where waiting.device_id = device.device_id and waiting.last_at > now() - interval '1 hour'
    )
  )
  and (
    held.cause in ('unknown_site', 'unknown_device')
    or exists (
      select
      from platspuls.delivery
      left join platspuls.device_status as status
        on status.device_id = delivery.device_id and status.epoch = delivery.epoch
      where delivery.device_id = device.device_id
        and delivery.made > 0
        and delivery.forked_at is null
        and delivery.stored + delivery.rejected + delivery.lost
          @> int8range(1, greatest(delivery.made, status.made) + 1)
        and not exists (
          select from platspuls.delivery as later
          where later.device_id = delivery.device_id and later.previous_epoch = delivery.epoch
        )
        and delivery.last_heard_at = now()
    )
  )
