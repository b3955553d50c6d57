-- Answers, one row each, in the order of the questionnaire. Small counts are not suppressed here.
create view reading.survey_answer as
select
  site.key as site,
  survey_id,
  starts_at,
  ends_at,
  respondents,
  asked.number as question_number,
  asked.question ->> 'key' as question,
  asked.question ->> 'text_sv' as question_sv,
  asked.question ->> 'text_en' as question_en,
  (asked.question ->> 'multiple')::boolean as multiple,
  given.number as answer_number,
  given.answer ->> 'key' as answer,
  given.answer ->> 'text_sv' as answer_sv,
  given.answer ->> 'text_en' as answer_en,
  (given.answer ->> 'count')::integer as count
from platspuls.survey
join platspuls.site using (site_id)
cross join lateral jsonb_array_elements(questions) with ordinality as asked (question, number)
cross join lateral jsonb_array_elements(asked.question -> 'answers') with ordinality as given (answer, number)
where withdrawn_at is null;
