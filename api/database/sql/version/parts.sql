select part.key
from (
  select 'site' as kind, site, site as key from reading.site
  union all
  select 'space', site, space from reading.space
  union all
  select 'border', site, border from reading.border
  union all
  select 'line', site, line from reading.line
  union all
  select 'zone', site, zone from reading.zone
) as part
where part.site = %(site)s and part.kind = %(of)s and (%(only)s::text[] is null or part.key = any (%(only)s::text[]))
order by part.key collate "C"
