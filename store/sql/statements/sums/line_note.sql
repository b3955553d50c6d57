-- Notes that there are sums of these lines between two local midnights. Those by a time zone of before count no longer.
insert into platspuls.line_summed as known (line_id, time_zone, during)
select line_id, %(time_zone)s, tstzmultirange(tstzrange(%(from)s, %(to)s))
from unnest(%(parts)s::integer[]) as line_id
order by line_id
on conflict (line_id) do update set
  time_zone = excluded.time_zone,
  during = excluded.during + case when known.time_zone = excluded.time_zone then known.during else '{}' end
