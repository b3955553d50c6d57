-- What was counted by hand beside a counter, with what the counter counted in the same time.
create view reading.counting_round as
select
  site.key as site,
  session_id as counting_round_id,
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
from platspuls.calibration_session as counting_round
join platspuls.site using (site_id)
join platspuls.setup using (setup_id)
left join platspuls.line on line.line_id = counting_round.line_id
left join platspuls.zone on zone.zone_id = counting_round.zone_id;
