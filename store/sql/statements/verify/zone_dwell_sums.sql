-- Sums by hour and day of the dwell of a site's zones that count and differ from their quarter-hours; and how many.
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
  from platspuls.zone_dwell_hour as one
  where zone_id in (select zone_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
  union all
  select 'day', zone_id, start, to_jsonb(one) - 'zone_id' - 'start'
  from platspuls.zone_dwell_day as one
  where zone_id in (select zone_id from part)
    and start >= (select min(start_utc) from cell) and start < (select max(end_utc) from cell)
), counted as (
  select unit, zone_id, start, to_jsonb(one) - 'unit' - 'zone_id' - 'start' as said
  from (
    select
      edge.unit, zone_id, edge.starts[width_bucket(start, edge.starts)] as start, count(*) as quarters,
      sum(complete_00) as complete_00, sum(complete_01) as complete_01, sum(complete_02) as complete_02,
      sum(complete_03) as complete_03, sum(complete_04) as complete_04, sum(complete_05) as complete_05,
      sum(complete_06) as complete_06, sum(complete_07) as complete_07, sum(complete_08) as complete_08,
      sum(complete_09) as complete_09, sum(complete_10) as complete_10, sum(complete_11) as complete_11,
      sum(complete_12) as complete_12, sum(complete_13) as complete_13, sum(complete_14) as complete_14,
      sum(complete_15) as complete_15, sum(complete_16) as complete_16, sum(complete_17) as complete_17,
      sum(complete_18) as complete_18, sum(complete_19) as complete_19, sum(complete_20) as complete_20,
      sum(complete_21) as complete_21, sum(complete_22) as complete_22, sum(complete_23) as complete_23,
      sum(complete_over_s) as complete_over_s, sum(cut_00) as cut_00, sum(cut_01) as cut_01, sum(cut_02) as cut_02,
      sum(cut_03) as cut_03, sum(cut_04) as cut_04, sum(cut_05) as cut_05, sum(cut_06) as cut_06, sum(cut_07) as
      cut_07, sum(cut_08) as cut_08, sum(cut_09) as cut_09, sum(cut_10) as cut_10, sum(cut_11) as cut_11, sum(cut_12)
      as cut_12, sum(cut_13) as cut_13, sum(cut_14) as cut_14, sum(cut_15) as cut_15, sum(cut_16) as cut_16,
      sum(cut_17) as cut_17, sum(cut_18) as cut_18, sum(cut_19) as cut_19, sum(cut_20) as cut_20, sum(cut_21) as
      cut_21, sum(cut_22) as cut_22, sum(cut_23) as cut_23, sum(cut_over_s) as cut_over_s, sum(fragment_00) as
      fragment_00, sum(fragment_01) as fragment_01, sum(fragment_02) as fragment_02, sum(fragment_03) as fragment_03,
      sum(fragment_04) as fragment_04, sum(fragment_05) as fragment_05, sum(fragment_06) as fragment_06,
      sum(fragment_07) as fragment_07, sum(fragment_08) as fragment_08, sum(fragment_09) as fragment_09,
      sum(fragment_10) as fragment_10, sum(fragment_11) as fragment_11, sum(fragment_12) as fragment_12,
      sum(fragment_13) as fragment_13, sum(fragment_14) as fragment_14, sum(fragment_15) as fragment_15,
      sum(fragment_16) as fragment_16, sum(fragment_17) as fragment_17, sum(fragment_18) as fragment_18,
      sum(fragment_19) as fragment_19, sum(fragment_20) as fragment_20, sum(fragment_21) as fragment_21,
      sum(fragment_22) as fragment_22, sum(fragment_23) as fragment_23, sum(fragment_over_s) as fragment_over_s,
      sum(observed_ms) as observed_ms, bit_or(flags) as flags
    from platspuls.zone_dwell
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
