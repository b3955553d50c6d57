-- Which of these quarter-hours have their dwell stored: all fifteen minutes at once.
select dwell.zone_id, extract(epoch from dwell.start)::bigint, 32767
from json_to_recordset(%(keys)s::json) as wanted(i integer, s bigint)
join platspuls.zone_dwell as dwell on dwell.zone_id = wanted.i and dwell.start = to_timestamp(wanted.s)
where dwell.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
