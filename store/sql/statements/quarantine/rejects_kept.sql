-- What is kept of records that were refused for good, by topic, epoch and number.
select wanted.t, wanted.e, wanted.q, reject.payload
from json_to_recordset(%(numbers)s::json) as wanted(t text, e text, q bigint)
join platspuls.reject on reject.epoch = wanted.e and reject.seq = wanted.q and reject.topic = wanted.t
where reject.payload is not null
