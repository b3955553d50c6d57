-- What was counted by hand beside a counter, with what the counter told of the same time (platspuls.calibration_session).
create view reading.calibration_session as
select
  site.key as site,
  session_id,
  kind,
  line.key as line,
  zone.key as zone,
  setup.key as setup,
  lower(during) as from_utc,
  upper(during) as to_utc,
  hand,
  machine,
  observed_ms,
  dark,
  busy,
  counted_by,
  note,
  entered_at,
  entered_by,
  withdrawn_at,
  withdrawn_by,
  withdrawn_reason
from platspuls.calibration_session as session
join platspuls.site using (site_id)
join platspuls.setup using (setup_id)
left join platspuls.line on line.line_id = session.line_id
left join platspuls.zone on zone.zone_id = session.zone_id;
