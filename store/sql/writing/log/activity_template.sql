-- needs: writing.activity, writing.checks, writing.log_records
-- Weeks of activities that come again.
create function writing.activity_template_row(p_site platspuls.site, p_fields jsonb) returns table (name text, items jsonb)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  name := writing.text_of(p_fields, 'name', 120, true);
  items := writing.week_items_of(p_site, p_fields, 'items');
  return next;
end;
$$;

-- A list of what happens in a week, checked, in the order of the week.
create function writing.week_items_of(p_site platspuls.site, p_fields jsonb, p_name text) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  list jsonb := writing.given(p_fields, p_name, true);
  element jsonb;
  items jsonb := '[]';
begin
  if jsonb_typeof(list) <> 'array' or jsonb_array_length(list) not between 1 and 200 then
    perform writing.refused(format('%s must be a list of 1 to 200 elements', p_name));
  end if;
  for element in select jsonb_array_elements(list) loop
    perform writing.check_object(element, p_name, array['weekday', 'from', 'to', 'kind', 'title', 'space', 'organiser']);
    perform writing.part_of(p_site, element, 'space', false);
    items := items || jsonb_build_array(jsonb_build_object(
      'weekday', writing.integer_of(element, 'weekday', 1, 7, true),
      'from', writing.clock_time_of(element, 'from'), 'to', writing.clock_time_of(element, 'to'),
      'kind', writing.choice_of(element, 'kind', writing.activity_kinds(), true),
      'title', writing.text_of(element, 'title', 120, true),
      'space', writing.key_of(element, 'space', false),
      'organiser', writing.text_of(element, 'organiser', 120, false)));
  end loop;
  return (
    select jsonb_agg(item order by item -> 'weekday', item ->> 'from', item)
    from jsonb_array_elements(items) as item
  );
end;
$$;

-- A time of the site's clocks, such as 17:00.
create function writing.clock_time_of(p_fields jsonb, p_name text) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  value jsonb := writing.given(p_fields, p_name, true);
begin
  if jsonb_typeof(value) <> 'string' or value #>> '{}' !~ '^([01]\d|2[0-3]):[0-5]\d$' then
    perform writing.refused(format('%s must be a time of day such as 17:00, not %s', p_name, writing.quoted(value)));
  end if;
  return value #>> '{}';
end;
$$;

create function writing.activity_template_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'activity_template', p_fields, p_request, p_origin);
end;
$$;

create function writing.activity_template_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(
    p_by, p_site, 'activity_template', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.activity_template_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'activity_template', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
