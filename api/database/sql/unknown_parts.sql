select asked.key
from unnest(%(keys)s::text[]) as asked (key)
where not exists (
  select
  from (
    select 'line' as kind, site, line as key from reading.line
    union all
    select 'zone', site, zone from reading.zone
    union all
    select 'space', site, space from reading.space
    union all
    select 'border', site, border from reading.border
  ) as part
  where part.site = %(site)s and part.kind = %(kind)s and part.key = asked.key
)
order by asked.key
