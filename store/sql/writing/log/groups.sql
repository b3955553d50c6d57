-- needs: writing.checks
-- People counted apart: by what they look like to whoever counts, and by what they do. The words that may be used.
create function writing.words_of(p_dimension text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return case p_dimension
  when 'gender' then array['woman', 'man', 'other', 'unknown']
  when 'age' then array['0-6', '7-14', '15-24', '25-44', '45-64', '65+', 'unknown']
  when 'posture' then array['standing', 'leaning', 'sitting', 'lying', 'moving', 'other', 'unknown']
  when 'activity' then array[
    'talking', 'resting', 'waiting', 'eating', 'playing', 'sport', 'music', 'watching', 'making', 'shopping', 'phone',
    'working', 'other', 'unknown'
  ]
  when 'direction' then array['forward', 'backward', 'unknown']
end;

-- A list of {dimension: word, ..., count}, each once, in a fixed order and form. Which dimensions an element has is free;
-- p_alike: all of them have the same, so that the counts add up to a total.
create function writing.groups_of(p_fields jsonb, p_name text, p_dimensions text[], p_alike boolean) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  list jsonb := coalesce(writing.given(p_fields, p_name, false), '[]');
  element jsonb;
  dimension text;
  labels jsonb;
  groups jsonb := '[]';
begin
  if jsonb_typeof(list) <> 'array' or jsonb_array_length(list) > 500 then
    perform writing.refused(format('%s must be a list of 500 elements at most', p_name));
  end if;
  for element in select jsonb_array_elements(list) loop
    perform writing.check_object(element, p_name, p_dimensions || array['count']);
    labels := '{}';
    foreach dimension in array p_dimensions loop
      labels := labels || jsonb_build_object(
        dimension, writing.choice_of(element, dimension, writing.words_of(dimension), false));
    end loop;
    if jsonb_strip_nulls(labels) = '{}' then
      perform writing.refused(
        format('%s %s must have at least one of %s', p_name, writing.quoted(element), array_to_string(p_dimensions, ', ')));
    end if;
    groups := groups || jsonb_build_array(
      labels || jsonb_build_object('count', writing.integer_of(element, 'count', 0, 100000, true)));
  end loop;
  perform writing.check_groups(groups, p_name, p_alike);
  return (select coalesce(jsonb_agg(g order by g - 'count'), '[]') from jsonb_array_elements(groups) as g);
end;
$$;

create function writing.check_groups(p_groups jsonb, p_name text, p_alike boolean) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  twice jsonb;
begin
  select labels - 'count' into twice
  from jsonb_array_elements(p_groups) as g(labels) group by labels - 'count' having count(*) > 1 limit 1;
  if twice is not null then
    perform writing.refused(format('%s has %s twice', p_name, writing.quoted(jsonb_strip_nulls(twice))));
  end if;
  if p_alike and (select count(*) from writing.totals_of(p_groups)) > 1 then
    perform writing.refused(format(
      '%s must all have the same dimensions, or they don''t add up: use "unknown" for what wasn''t seen', p_name));
  end if;
end;
$$;

-- The sums of groups that have the same dimensions: each is a count of everybody, grouped in another way.
create function writing.totals_of(p_groups jsonb) returns table (dimensions text, total bigint)
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select
    (select string_agg(key, ', ' order by key) from jsonb_object_keys(jsonb_strip_nulls(labels - 'count')) as key),
    sum((labels ->> 'count')::integer)
  from jsonb_array_elements(p_groups) as g(labels)
  group by 1
$$;
