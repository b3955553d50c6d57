select kind, day, left(opens::text, 5) as opens, left(closes::text, 5) as closes, note
from platspuls.site_exception
join platspuls.site using (site_id)
where site.key = %(site)s
