-- The quarter-hours of lines, one to one. The joins are outer ones so that a query by line_id that asks for no key skips
-- them; by keys they become inner ones, and the index on (line_id, start) is used all the same.
create view reading.line_quarter as
select
  site.key as site,
  line.key as line,
  line_quarter.line_id,
  start,
  setup_id,
  setup.key as setup,
  forward,
  backward,
  gross_forward,
  gross_backward,
  observed_ms,
  minutes,
  flags
from platspuls.line_quarter
left join platspuls.line on line.line_id = line_quarter.line_id
left join platspuls.site on site.site_id = line.site_id
left join platspuls.setup using (setup_id);
