-- Of what times of a line the sums by hour and day count: those made by the site's time zone as it is now.
create view reading.line_summed as
select line_id, line_summed.during
from platspuls.line_summed
join platspuls.line using (line_id)
join platspuls.site using (site_id)
where line_summed.time_zone = site.time_zone;
