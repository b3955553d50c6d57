-- Sums of the quarter-hours of zones by local hour; they count where reading.zone_summed says so.
create view reading.zone_hour as
select
  zone_id,
  start,
  entries,
  appeared,
  exits,
  lost,
  presence_s,
  occupancy_max,
  observed_ms,
  flags
from platspuls.zone_hour;
