-- Takes times of a site's line out of those that have sums: they are summed up again.
update platspuls.line_summed as summed
set during = summed.during - tstzmultirange(tstzrange(%(start)s, %(end)s))
from platspuls.line
join platspuls.site using (site_id)
where site.key = %(site)s and line.key = %(key)s and summed.line_id = line.line_id
