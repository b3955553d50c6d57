select asked.site, so_far.until_local, so_far.entries, so_far.coverage::double precision as coverage,
  so_far.estimate, so_far.number, so_far.low, so_far.middle, so_far.high, so_far.previous
from unnest(%(sites)s::text[]) as asked (site)
  cross join lateral reading.typical_so_far(asked.site, %(bucket)s, %(at)s) as so_far
