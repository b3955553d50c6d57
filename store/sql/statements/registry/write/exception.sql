insert into platspuls.site_exception (site_id, kind, day, opens, closes, note)
select site_id, %(kind)s, %(day)s, %(opens)s::time, %(closes)s::time, %(note)s
from platspuls.site
where key = %(site)s
