-- Which minutes of these quarter-hours are stored. first and last only say which chunks can be left out.
select quarter.line_id, extract(epoch from quarter.start)::bigint, quarter.minutes
from json_to_recordset(%(keys)s::json) as wanted(i integer, s bigint)
join platspuls.line_quarter as quarter on quarter.line_id = wanted.i and quarter.start = to_timestamp(wanted.s)
where quarter.start between to_timestamp(%(first)s) and to_timestamp(%(last)s)
