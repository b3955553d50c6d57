select setup.device_id, setup.key, setup.setup_id
from json_to_recordset(%(keys)s::json) as wanted(d integer, k text)
join platspuls.setup on setup.device_id = wanted.d and setup.key = wanted.k
