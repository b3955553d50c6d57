-- What was arranged, as it is known now. participants: {method, total, groups: [{gender, age, count}]}, or null where nobody
-- counted. text_removed_at: when the note was taken away because of its age. Earlier versions and what was withdrawn:
-- reading.history.
create view reading.activity as
select
  site.key as site,
  activity_id,
  activity.version,
  kind,
  title,
  space.key as space,
  starts_at,
  ends_at,
  organiser,
  case when participants_total is not null then jsonb_build_object(
    'method', participants_method, 'total', participants_total, 'groups', participants_groups
  ) end as participants,
  note,
  written_at,
  written_by,
  text_removed_at
from platspuls.activity
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
