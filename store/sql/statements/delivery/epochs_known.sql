-- Which of these epochs are known.
select wanted.d, wanted.e
from json_to_recordset(%(keys)s::json) as wanted(d integer, e text)
join platspuls.delivery on delivery.device_id = wanted.d and delivery.epoch = wanted.e
