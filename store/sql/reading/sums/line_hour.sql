-- Sums of the quarter-hours of lines by local hour; they count where reading.line_summed says so.
create view reading.line_hour as
select
  line_id,
  start,
  forward,
  backward,
  gross_forward,
  gross_backward,
  observed_ms,
  flags
from platspuls.line_hour;
