insert into platspuls.delivery (device_id, epoch, previous_epoch)
select d, e, p from json_to_recordset(%(keys)s::json) as new(d integer, e text, p text) order by d, e
returning device_id, epoch, delivery_id
