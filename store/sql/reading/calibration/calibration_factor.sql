-- The factors of each correction: what raw numbers of a measure are multiplied by. dark, busy: in which quarter-hours; null
-- is in both.
create view reading.calibration_factor as
select
  site.key as site, calibration_id, measure, dark, busy, factor, low, high, sessions as counting_rounds, hand, machine, spread
from platspuls.calibration_factor
join platspuls.calibration using (calibration_id)
join platspuls.site using (site_id);
