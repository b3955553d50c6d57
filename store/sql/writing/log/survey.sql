-- needs: writing.checks, writing.log_records
-- Questionnaire rounds: questions with how many gave each answer. No questionnaire, and no answer in own words, is kept.
create function writing.survey_row(p_site platspuls.site, p_fields jsonb)
returns table (
  title text, mode text, starts_at timestamptz, ends_at timestamptz, respondents integer, questions jsonb, note text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  title := writing.text_of(p_fields, 'title', 120, true);
  mode := writing.choice_of(p_fields, 'mode', array['on_site', 'paper', 'online', 'phone', 'mixed'], true);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', true);
  perform writing.check_times(starts_at, ends_at, interval '366 days', true);
  respondents := writing.integer_of(p_fields, 'respondents', 0, 1000000, true);
  questions := writing.questions_of(writing.given(p_fields, 'questions', true), respondents);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.questions_of(p_questions jsonb, p_respondents integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  question jsonb;
  checked jsonb;
  questions jsonb := '[]';
begin
  if jsonb_typeof(p_questions) <> 'array' or jsonb_array_length(p_questions) not between 1 and 100 then
    perform writing.refused('questions must be a list of 1 to 100 elements');
  end if;
  for question in select jsonb_array_elements(p_questions) loop
    perform writing.check_object(question, 'questions', array['key', 'text_sv', 'text_en', 'multiple', 'answers']);
    checked := writing.worded(question, 500) || jsonb_build_object(
      'multiple', coalesce(writing.boolean_of(question, 'multiple', false), false),
      'answers', writing.answers_of(question, p_respondents));
    if jsonb_path_exists(questions, '$[*] ? (@.key == $key)', checked) then
      perform writing.refused(format('questions has the key %s twice', checked ->> 'key'));
    end if;
    questions := questions || jsonb_build_array(checked);
  end loop;
  return questions;
end;
$$;

create function writing.answers_of(p_question jsonb, p_respondents integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  list jsonb := writing.given(p_question, 'answers', true);
  answer jsonb;
  checked jsonb;
  answers jsonb := '[]';
  sum integer := 0;
begin
  if jsonb_typeof(list) <> 'array' or jsonb_array_length(list) not between 1 and 100 then
    perform writing.refused(format('answers to %s must be a list of 1 to 100 elements', p_question ->> 'key'));
  end if;
  for answer in select jsonb_array_elements(list) loop
    perform writing.check_object(answer, 'answers', array['key', 'text_sv', 'text_en', 'count']);
    checked := writing.worded(answer, 200)
      || jsonb_build_object('count', writing.integer_of(answer, 'count', 0, p_respondents, true));
    if jsonb_path_exists(answers, '$[*] ? (@.key == $key)', checked) then
      perform writing.refused(format('answers to %s has the key %s twice', p_question ->> 'key', checked ->> 'key'));
    end if;
    answers := answers || jsonb_build_array(checked);
    sum := sum + (checked ->> 'count')::integer;
  end loop;
  if sum > p_respondents and not coalesce((p_question ->> 'multiple')::boolean, false) then
    perform writing.refused(format(
      'answers to %s are %s, more than respondents %s: is it multiple?', p_question ->> 'key', sum, p_respondents));
  end if;
  return answers;
end;
$$;

-- A key and its text in both languages.
create function writing.worded(p_fields jsonb, p_longest integer) returns jsonb
language sql set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'key', writing.key_of(p_fields, 'key', true),
    'text_sv', writing.text_of(p_fields, 'text_sv', p_longest, true),
    'text_en', writing.text_of(p_fields, 'text_en', p_longest, true))
$$;

create function writing.survey_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'survey', p_fields, p_request, p_origin);
end;
$$;

create function writing.survey_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'survey', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.survey_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'survey', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
