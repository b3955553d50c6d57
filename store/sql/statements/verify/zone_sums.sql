-- Sums by hour and day of a site's zones that count and differ from their quarter-hours; and how many.
with part as materialized (
  select zone.zone_id, zone.key, summed.during, site.time_zone
  from platspuls.site
  join platspuls.zone using (site_id)
  join reading.zone_summed as summed using (zone_id)
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
  select 'hour' as unit, zone_id, start, to_jsonb(one) - 'zone_id' - 'start' as said
  from platspuls.zone_hour as one
  where zone_id in (select zone_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
  union all
  select 'day', zone_id, start, to_jsonb(one) - 'zone_id' - 'start'
  from platspuls.zone_day as one
  where zone_id in (select zone_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
), counted as (
  select unit, zone_id, start, to_jsonb(one) - 'unit' - 'zone_id' - 'start' as said
  from (
    select
      edge.unit, zone_id, edge.starts[width_bucket(start, edge.starts)] as start, sum(entries) as entries,
      sum(appeared) as appeared, sum(exits) as exits, sum(lost) as lost, sum(presence_s) as presence_s,
      max(occupancy_max) as occupancy_max, sum(observed_ms) as observed_ms, bit_or(flags) as flags
    from platspuls.zone_quarter
    cross join edge
    where zone_id in (select zone_id from part)
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
full join counted using (unit, zone_id, start)
join part using (zone_id)
left join cell on cell.grain = unit and cell.start_utc = start
where kept.said is distinct from counted.said
  and part.during @> tstzrange(start, coalesce(cell.end_utc, start + interval '1 hour'))
order by start, unit, part.key
limit %(limit)s
