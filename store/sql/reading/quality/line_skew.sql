-- By how many seconds the clock of a line's counter was ahead, at most, when what it says of a quarter-hour first came; no
-- row where it wasn't. Such records waited until their time had come, and carry the flag clock_unsure.
create view reading.line_skew as
select site.key as site, line.key as line, start, skew_s
from platspuls.line_skew
join platspuls.line using (line_id)
join platspuls.site using (site_id);
