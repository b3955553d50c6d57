-- needs: reading.origin
-- Questionnaire rounds as they are known now. questions: [{key, text_sv, text_en, multiple, answers: [{key, text_sv, text_en,
-- count}]}].
create view reading.survey as
select
  site.key as site,
  survey_id,
  survey.version,
  title,
  mode,
  starts_at,
  ends_at,
  respondents,
  questions,
  note,
  written_at,
  written_by,
  text_removed_at,
  coalesce(entered_at, written_at) as entered_at,
  entered_via,
  entered_skew_s,
  reading.is_late(ends_at, entered_at, written_at, entered_via, site.time_zone) as late,
  reading.is_clock_unsure(entered_at, written_at, entered_skew_s) as clock_unsure
from platspuls.survey
join platspuls.site using (site_id)
where withdrawn_at is null;
