-- Dates of a site that are unlike others: kind is holiday or school_break, [first_day, end_day); those of a kind don't
-- overlap.
create view reading.site_calendar as
select site.key as site, kind, first_day, end_day, name
from platspuls.site_calendar
join platspuls.site using (site_id);
