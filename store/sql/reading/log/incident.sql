-- needs: reading.origin
-- Disturbances and damage, as they are known now. ends_at is null where it is not known, or it was a moment.
create view reading.incident as
select
  site.key as site,
  incident_id,
  incident.version,
  kind,
  space.key as space,
  starts_at,
  ends_at,
  note,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(coalesce(ends_at, starts_at), entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.incident
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
