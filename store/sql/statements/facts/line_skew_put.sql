-- Notes the largest skew of the facts of these quarter-hours.
insert into platspuls.line_skew as known (line_id, start, skew_s)
select i, to_timestamp(s), w from json_to_recordset(%(skews)s::json) as seen(i integer, s bigint, w integer) order by i, s
on conflict (line_id, start) do update set skew_s = greatest(known.skew_s, excluded.skew_s)
