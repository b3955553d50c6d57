insert into platspuls.site_hours (site_id, kind, valid_from, valid_to, weekday, opens, closes)
select site_id, %(kind)s, %(valid_from)s, %(valid_to)s, weekday::smallint, %(opens)s::time, %(closes)s::time
from platspuls.site
cross join string_to_table(%(weekdays)s, ',') as weekday
where key = %(site)s
