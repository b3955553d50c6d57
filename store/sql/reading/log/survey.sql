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
  text_removed_at
from platspuls.survey
join platspuls.site using (site_id)
where withdrawn_at is null;
