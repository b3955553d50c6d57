select kind, valid_from, valid_to, left(opens::text, 5) as opens, left(closes::text, 5) as closes, array_agg(weekday) as days
from platspuls.site_hours
join platspuls.site using (site_id)
where site.key = %(site)s
group by kind, valid_from, valid_to, opens, closes
