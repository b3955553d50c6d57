-- Takes these out of those that wait, and what was not heard of for a week.
delete from platspuls.waiting_epoch as waiting
using json_to_recordset(%(keys)s::json) as admitted(d integer, e text)
where waiting.device_id = admitted.d
  and (waiting.epoch = admitted.e or waiting.last_at < now() - interval '7 days')
