-- Notes that there are sums of these zones between two local midnights. Those by a time zone of before count no longer.
insert into platspuls.zone_summed as known (zone_id, time_zone, during)
select zone_id, %(time_zone)s, tstzmultirange(tstzrange(%(from)s, %(to)s))
from unnest(%(parts)s::integer[]) as zone_id
order by zone_id
on conflict (zone_id) do update set
  time_zone = excluded.time_zone,
  during = excluded.during + case when known.time_zone = excluded.time_zone then known.during else '{}' end
