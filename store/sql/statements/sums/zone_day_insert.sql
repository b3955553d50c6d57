-- Sums up sums by hour of these zones between two local midnights, by local day.
with edge as materialized (
  select array_agg(start_utc order by start_utc) as starts
  from reading.buckets(%(time_zone)s, 'day', %(from)s, %(to)s)
)
insert into platspuls.zone_day (
  zone_id, start, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, flags
)
select
  zone_id, edge.starts[width_bucket(start, edge.starts)], sum(entries), sum(appeared), sum(exits), sum(lost),
  sum(presence_s), max(occupancy_max), sum(observed_ms), bit_or(flags)
from platspuls.zone_hour
cross join edge
where zone_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
group by 1, 2
order by 1, 2
