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
  text_removed_at
from platspuls.incident
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
