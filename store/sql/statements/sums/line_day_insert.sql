-- Sums up sums by hour of these lines between two local midnights, by local day.
with edge as materialized (
  select array_agg(start_utc order by start_utc) as starts
  from reading.buckets(%(time_zone)s, 'day', %(from)s, %(to)s)
)
insert into platspuls.line_day (
  line_id, start, forward, backward, gross_forward, gross_backward, observed_ms, flags
)
select
  line_id, edge.starts[width_bucket(start, edge.starts)], sum(forward), sum(backward), sum(gross_forward),
  sum(gross_backward), sum(observed_ms), bit_or(flags)
from platspuls.line_hour
cross join edge
where line_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
group by 1, 2
order by 1, 2
