-- Which minutes of these quarter-hours are stored. first and last only say which chunks can be left out.
select quarter.zone_id, extract(epoch from quarter.start)::bigint, quarter.minutes
from json_to_recordset(%(keys)s::json) as wanted(i integer, s bigint)
join platspuls.zone_quarter as quarter on quarter.zone_id = wanted.i and quarter.start = to_timestamp(wanted.s)
where quarter.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
