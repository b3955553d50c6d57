-- Weekly hours in the local dates [valid_from, valid_to); valid_to null: until further notice. weekday 1 is Monday.
-- opens and closes are text from 00:00 to 24:00 (midnight at the end of the day), since few readers know a time of 24:00;
-- SQL does: '24:00'::time.
create view reading.site_hours as
select
  site.key as site, kind, valid_from, valid_to, weekday, left(opens::text, 5) as opens, left(closes::text, 5) as closes
from platspuls.site_hours
join platspuls.site using (site_id);
