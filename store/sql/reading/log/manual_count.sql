-- needs: reading.origin
-- Manual counts as they are known now, of who stays and what they do (stationary), or of who moves over a line (moving).
-- ends_at is null where it was a moment. total: the sum of the tallies, which are disjoint. Those of one joint count are
-- parts of it: they count other people each, and add up (reading.joint_count).
create view reading.manual_count as
select
  site.key as site,
  observation_id as manual_count_id,
  observation.version,
  mode,
  space.key as space,
  zone.key as zone,
  line.key as line,
  starts_at,
  ends_at,
  joint,
  planned_round,
  (select coalesce(sum(count), 0)::integer from jsonb_to_recordset(tallies) as tally (count integer)) as total,
  tallies,
  note,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(coalesce(ends_at, starts_at), entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.observation
join platspuls.site using (site_id)
left join platspuls.space on space.space_id = observation.space_id
left join platspuls.zone on zone.zone_id = observation.zone_id
left join platspuls.line on line.line_id = observation.line_id
where withdrawn_at is null;
