select kind, first_day, end_day, name
from reading.site_calendar
where site = %(site)s
order by first_day, kind
