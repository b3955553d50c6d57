-- needs: reading.origin
-- What was arranged, as it is known now. participants: {method, total, groups: [{gender, age, count}], figure}, or null
-- where nobody counted. status: planned, ongoing, held or cancelled; only of ongoing and held ones is known that they were on. text_removed_at: when the note was taken away because of its age. Earlier versions and what was withdrawn:
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
    'method', participants_method, 'total', participants_total, 'groups', participants_groups,
    'figure', participants_figure
  ) end as participants,
  note,
  status,
  plan_key,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(ends_at, entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.activity
join platspuls.site using (site_id)
left join platspuls.space using (space_id)
where withdrawn_at is null;
