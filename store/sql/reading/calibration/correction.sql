-- The factors that are applied: of corrections that were not withdrawn, with all that says which quarter-hours they are
-- for. A quarter-hour has at most one correction of a kind.
create view reading.correction as
select
  factor_id,
  calibration_id,
  kind,
  line_id,
  zone_id,
  threshold_s,
  setup_id,
  during,
  busy_from,
  measure,
  dark,
  busy,
  factor,
  low,
  high
from platspuls.calibration_factor
join platspuls.calibration using (calibration_id)
where withdrawn_at is null;
