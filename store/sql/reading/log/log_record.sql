-- needs: reading.activity, reading.activity_template, reading.day_close, reading.exclusion, reading.incident
-- needs: reading.manual_count, reading.note, reading.phase, reading.round_plan, reading.staff_time, reading.study
-- needs: reading.survey
-- All that people wrote and that holds now, in one form: record is the row of its own view. at: when it starts, or was
-- written where it is of no time; until: when it ends, or at. kind: what its kind, role, mode or part is.
create view reading.log_record as
select
  site, 'activity' as entity, activity_id as log_record_id, kind, starts_at as at, ends_at as until, to_jsonb(shown) as record
from reading.activity as shown
union all
select site, 'manual_count', manual_count_id, null, starts_at, coalesce(ends_at, starts_at), to_jsonb(shown)
from reading.manual_count as shown
union all
select site, 'staff_time', staff_time_id, role, starts_at, ends_at, to_jsonb(shown)
from reading.staff_time as shown
union all
select site, 'survey', survey_id, mode, starts_at, ends_at, to_jsonb(shown)
from reading.survey as shown
union all
select site, 'incident', incident_id, kind, starts_at, coalesce(ends_at, starts_at), to_jsonb(shown)
from reading.incident as shown
union all
select
  site, 'note', note_id, null, coalesce(starts_at, written_at), coalesce(ends_at, starts_at, written_at), to_jsonb(shown)
from reading.note as shown
union all
select site, 'day_close', day_close_id, opening, starts_at, ends_at, to_jsonb(shown)
from reading.day_close as shown
union all
select site, 'activity_template', activity_template_id, null, written_at, written_at, to_jsonb(shown)
from reading.activity_template as shown
union all
select site, 'exclusion', exclusion_id, null, starts_at, ends_at, to_jsonb(shown)
from reading.exclusion as shown
union all
select site, 'study', study_id, null, declared_at, declared_at, to_jsonb(shown)
from reading.study as shown
union all
select site, 'phase', phase_id, kind, starts_at, ends_at, to_jsonb(shown)
from reading.phase as shown
union all
select site, 'round_plan', round_plan_id, mode, starts_at, ends_at, to_jsonb(shown)
from reading.round_plan as shown;
