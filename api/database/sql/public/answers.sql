select survey_id, survey.title, starts_at, ends_at, respondents, question_sv, question_en, multiple, answer_sv, answer_en, count,
  question_number
from reading.survey_answer
  join reading.survey using (site, survey_id, starts_at, ends_at, respondents)
where site = %(site)s and ends_at > %(from_utc)s and ends_at <= %(to_utc)s
order by survey_id, question_number, answer_number
