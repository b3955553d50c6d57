select kind, first_day, end_day, name
from platspuls.site_calendar
join platspuls.site using (site_id)
where site.key = %(site)s
