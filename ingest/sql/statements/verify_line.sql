-- Quarter-hours of a site's lines that differ from what their facts tell now, in a range of whole quarter-hours; and
-- how many there are in all. gone: a minute that is kept as told has no fact any more, so the facts can't be trusted.
with recounted as (
  select
    line_id,
    date_bin('15 minutes', start, 'epoch') as start,
    max(setup_id) as setup_id,
    sum(forward)::integer as forward,
    sum(backward)::integer as backward,
    sum(gross_forward)::integer as gross_forward,
    sum(gross_backward)::integer as gross_backward,
    sum(observed_ms)::integer as observed_ms,
    bit_or(((1 << (period_s / 60)) - 1) << ((extract(epoch from start)::bigint %% 900) / 60)::integer) as minutes,
    bit_or(flags) as flags
  from platspuls.line_flow
  join platspuls.line using (line_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
  group by 1, 2
), kept as (
  select
    line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags
  from platspuls.line_quarter
  join platspuls.line using (line_id)
  join platspuls.site using (site_id)
  where site.key = %(site)s and start >= %(from)s and start < %(to)s
)
select
  line.key,
  start,
  to_jsonb(kept) - 'line_id' - 'start',
  to_jsonb(recounted) - 'line_id' - 'start',
  coalesce(kept.minutes, 0) & ~coalesce(recounted.minutes, 0) <> 0 as gone,
  count(*) over ()
from kept
full join recounted using (line_id, start)
join platspuls.line using (line_id)
where kept is distinct from recounted
order by start, line.key
limit %(limit)s
