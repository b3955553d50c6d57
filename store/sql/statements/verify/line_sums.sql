-- Sums by hour and day of a site's lines that count and differ from their quarter-hours; and how many.
with part as materialized (
  select line.line_id, line.key, summed.during, site.time_zone
  from platspuls.site
  join platspuls.line using (site_id)
  join reading.line_summed as summed using (line_id)
  where site.key = %(site)s and summed.during && tstzrange(%(from)s, %(to)s)
), cell as materialized (
  select known.unit as grain, bucket.start_utc, bucket.end_utc
  from (select time_zone from part limit 1) as site
  cross join (values ('hour'), ('day')) as known (unit)
  cross join lateral reading.buckets(site.time_zone, known.unit, %(from)s, %(to)s) as bucket
), edge as materialized (
  select grain as unit, array_agg(start_utc order by start_utc) as starts, max(end_utc) as last
  from cell
  group by grain
), kept as (
  select 'hour' as unit, line_id, start, to_jsonb(one) - 'line_id' - 'start' as said
  from platspuls.line_hour as one
  where line_id in (select line_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
  union all
  select 'day', line_id, start, to_jsonb(one) - 'line_id' - 'start'
  from platspuls.line_day as one
  where line_id in (select line_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
), counted as (
  select unit, line_id, start, to_jsonb(one) - 'unit' - 'line_id' - 'start' as said
  from (
    select
      edge.unit, line_id, edge.starts[width_bucket(start, edge.starts)] as start, sum(forward) as forward,
      sum(backward) as backward, sum(gross_forward) as gross_forward, sum(gross_backward) as gross_backward,
      sum(observed_ms) as observed_ms, bit_or(flags) as flags
    from platspuls.line_quarter
    cross join edge
    where line_id in (select line_id from part)
      and start >= edge.starts[1] and start < edge.last
    group by 1, 2, 3
  ) as one
)
select
  part.key,
  start,
  kept.said,
  counted.said,
  coalesce(cell.end_utc, start + interval '1 hour'),
  unit,
  count(*) over ()
from kept
full join counted using (unit, line_id, start)
join part using (line_id)
left join cell on cell.grain = unit and cell.start_utc = start
where kept.said is distinct from counted.said
  and part.during @> tstzrange(start, coalesce(cell.end_utc, start + interval '1 hour'))
order by start, unit, part.key
limit %(limit)s
