-- Quarter-hours of a site's zones that differ from what their facts tell now, in a range of whole quarter-hours; and
-- how many there are in all. gone: a minute that is kept as told has no fact any more, so the facts can't be trusted.
with recounted as (
  select
    zone_id,
    date_bin('15 minutes', start, 'epoch') as start,
    max(setup_id) as setup_id,
    sum(entries)::integer as entries,
    sum(appeared)::integer as appeared,
    sum(exits)::integer as exits,
    sum(lost)::integer as lost,
    sum(presence_s)::integer as presence_s,
    max(occupancy_max)::integer as occupancy_max,
    sum(observed_ms)::integer as observed_ms,
    bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint %% 900) / 60)::integer) as minutes,
    bit_or(flags) as flags
  from platspuls.zone_flow
  join platspuls.zone using (zone_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
  group by 1, 2
), kept as (
  select
    zone_id, start, setup_id, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, minutes, flags
  from platspuls.zone_quarter
  join platspuls.zone using (zone_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
)
select
  zone.key,
  start,
  to_jsonb(kept) - 'zone_id' - 'start',
  to_jsonb(recounted) - 'zone_id' - 'start',
  coalesce(kept.minutes, 0) & ~coalesce(recounted.minutes, 0) <> 0 as gone,
  count(*) over ()
from kept
full join recounted using (zone_id, start)
join platspuls.zone using (zone_id)
where kept is distinct from recounted
order by start, zone.key
limit %(limit)s
