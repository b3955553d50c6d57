-- A local date with other hours than the week says; opens and closes (text as in site_hours) null: closed all day.
create view reading.site_exception as
select site.key as site, kind, day, left(opens::text, 5) as opens, left(closes::text, 5) as closes, note
from platspuls.site_exception
join platspuls.site using (site_id);
