-- Manual counts, one row a tally. A dimension that wasn't counted apart is null. Small counts are not suppressed here.
create view reading.manual_count_tally as
select
  site.key as site, observation_id as manual_count_id, space.key as space, zone.key as zone, starts_at, ends_at,
  tally.gender, tally.age, tally.posture, tally.activity, tally.count, observation.mode, line.key as line, observation.joint,
  tally.direction
from platspuls.observation
join platspuls.site using (site_id)
left join platspuls.space on space.space_id = observation.space_id
left join platspuls.zone on zone.zone_id = observation.zone_id
left join platspuls.line on line.line_id = observation.line_id
cross join lateral jsonb_to_recordset(tallies)
  as tally (gender text, age text, posture text, activity text, direction text, count integer)
where withdrawn_at is null;
