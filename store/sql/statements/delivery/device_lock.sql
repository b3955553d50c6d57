-- All epochs of a device are written one transaction after another, always locked in this order.
select device_id from platspuls.device where device_id = any(%(devices)s) order by device_id for no key update
