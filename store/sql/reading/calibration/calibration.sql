-- Corrections: of what, when they hold, and what they came from. One that was withdrawn is shown, and applied no more.
create view reading.calibration as
select
  site.key as site,
  calibration_id,
  kind,
  line.key as line,
  zone.key as zone,
  threshold_s,
  setup.key as setup,
  lower(during) as from_utc,
  upper(during) as to_utc,
  strata,
  busy_from,
  method,
  note,
  created_at,
  created_by,
  withdrawn_at,
  withdrawn_by,
  withdrawn_reason,
  array(
    select used.session_id
    from platspuls.calibration_used as used
    where used.calibration_id = calibration.calibration_id
    order by used.session_id
  ) as counting_rounds
from platspuls.calibration
join platspuls.site using (site_id)
join platspuls.setup using (setup_id)
left join platspuls.line on line.line_id = calibration.line_id
left join platspuls.zone on zone.zone_id = calibration.zone_id;
