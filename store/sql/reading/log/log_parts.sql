-- The parts of a version of a log record that are rows of their own: participants of an activity, tallies of a manual count,
-- answers of a survey, items of a template, slots of a plan of rounds. Without p_part: the record itself, once.
--
-- Participants add up: for each dimensions (gender, age, gender_age) that an activity has groups by, and for `all`, the rows'
-- counts are its total. What is in no group by these dimensions is a row without gender and age. A manual count without
-- tallies is one row: nobody was there.
create function reading.log_parts(p_part text, p_record jsonb) returns table (place bigint, part jsonb)
language sql immutable
begin atomic
  select 1, null::jsonb
  where p_part is null
  union all
  select row_number() over (order by dimensions, in_no_group, number), jsonb_build_object(
    'dimensions', dimensions, 'gender', gender, 'age', age, 'count', count
  )
  from (
    with grouped as (
      select
        number, people ->> 'gender' as gender, people ->> 'age' as age, (people ->> 'count')::integer as count,
        concat_ws(
          '_', case when people ->> 'gender' is not null then 'gender' end, case when people ->> 'age' is not null then 'age' end
        ) as dimensions
      from jsonb_array_elements(p_record #> '{participants,groups}') with ordinality as groups (people, number)
    ),
    total as (
      select (p_record #>> '{participants,total}')::integer as people
      where p_record #> '{participants,total}' is not null
    )
    select 'all' as dimensions, null as gender, null as age, total.people as count, false as in_no_group, 0::bigint as number
    from total
    union all
    select dimensions, gender, age, count, false, number from grouped where dimensions <> ''
    union all
    select dimensions, null, null, total.people - sum(count)::integer, true, 0
    from grouped
    cross join total
    where dimensions <> ''
    group by dimensions, total.people
    having total.people > sum(count)
  ) as participants
  where p_part = 'participants'
  union all
  select number, tally
  from jsonb_array_elements(
    case p_record -> 'tallies' when '[]' then '[{"count": 0}]' else p_record -> 'tallies' end
  ) with ordinality as tallies (tally, number)
  where p_part = 'tallies'
  union all
  select asked.number * 1000 + given.number, jsonb_build_object(
    'question_number', asked.number, 'question', asked.question ->> 'key', 'question_sv', asked.question ->> 'text_sv',
    'question_en', asked.question ->> 'text_en', 'multiple', asked.question -> 'multiple',
    'answer_number', given.number, 'answer', given.answer ->> 'key', 'answer_sv', given.answer ->> 'text_sv',
    'answer_en', given.answer ->> 'text_en', 'count', given.answer -> 'count'
  )
  from jsonb_array_elements(p_record -> 'questions') with ordinality as asked (question, number)
  cross join lateral jsonb_array_elements(asked.question -> 'answers') with ordinality as given (answer, number)
  where p_part = 'answers'
  union all
  select number, jsonb_build_object(
    'weekday', item -> 'weekday', 'from_time', item -> 'from', 'to_time', item -> 'to', 'activity_kind', item -> 'kind',
    'title', item -> 'title', 'space', item -> 'space', 'organiser', item -> 'organiser'
  )
  from jsonb_array_elements(p_record -> 'items') with ordinality as items (item, number)
  where p_part = 'template-items'
  union all
  select number, slot
  from jsonb_array_elements(p_record -> 'slots') with ordinality as slots (slot, number)
  where p_part = 'slots';
end;
