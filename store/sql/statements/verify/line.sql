-- Quarter-hours of a site's lines that differ from what their facts say now; and how many there are in all.
select
  line.key,
  coalesce((differing.kept).start, (differing.recounted).start) as start,
  to_jsonb(differing.kept) - 'line_id' - 'start',
  to_jsonb(differing.recounted) - 'line_id' - 'start',
  differing.gone,
  count(*) over ()
from platspuls.line_differences(%(site)s, %(from)s, %(to)s) as differing
join platspuls.line on line.line_id = coalesce((differing.kept).line_id, (differing.recounted).line_id)
order by start, line.key
limit %(limit)s
