insert into platspuls.site_calendar (site_id, kind, first_day, end_day, name)
select site_id, %(kind)s, %(first_day)s, %(end_day)s, %(name)s
from platspuls.site
where key = %(site)s
