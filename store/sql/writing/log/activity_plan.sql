-- needs: writing.checks, writing.log_records
-- Plans activities: each of p_plan's occurrences (fields of an activity, each with a plan_key) that isn't there yet is made, as
-- planned. There is one with its plan_key, or one of the same title and start, made by hand.
--
-- p_follows: what was imported before follows its file, as long as it is planned and nobody has changed it by hand since; an
-- occurrence of status cancelled cancels one, and makes none. p_dry_run: says what would become of each, and writes nothing.
-- Returns a list of {outcome, activity}: made, changed, there, or kept (the file says something else, but somebody has changed
-- it by hand, or it is on or over). activity_id is null of what would be made.
create function writing.activity_plan(
  p_by text, p_site text, p_plan jsonb, p_follows boolean, p_dry_run boolean, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  occurrences jsonb := p_plan -> 'occurrences';
  occurrence jsonb;
  outcomes jsonb[] := '{}';
begin
  perform writing.check_actor(p_by);
  if jsonb_typeof(occurrences) is distinct from 'array' or jsonb_array_length(occurrences) > 1000 then
    perform writing.refused('occurrences must be a list of 1000 elements at most');
  end if;
  perform pg_advisory_xact_lock(7238207, site.site_id);
  for occurrence in select jsonb_array_elements(occurrences) loop
    outcomes := outcomes || writing.plan_one(p_by, site, occurrence, p_follows, p_dry_run, p_origin);
  end loop;
  return coalesce((select jsonb_agg(outcome) from unnest(outcomes) as outcome where outcome <> '{}'), '[]');
end;
$$;

-- What becomes of one; empty where nothing does.
create function writing.plan_one(
  p_by text, p_site platspuls.site, p_occurrence jsonb, p_follows boolean, p_dry_run boolean, p_origin jsonb
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  wanted jsonb;
  there platspuls.activity;
  differs jsonb;
begin
  begin
    perform writing.given(p_occurrence, 'plan_key', true);
    wanted := writing.row_of(p_site, 'activity', p_occurrence);
  exception
    when invalid_parameter_value then
      perform writing.refused(format('%s at %s: %s', p_occurrence ->> 'title', p_occurrence ->> 'starts_at', sqlerrm));
  end;
  select * into there from platspuls.activity
  where site_id = p_site.site_id and withdrawn_at is null and plan_key = wanted ->> 'plan_key';
  if there.activity_id is null then
    select * into there from platspuls.activity
    where site_id = p_site.site_id and withdrawn_at is null and plan_key is null
      and starts_at = (wanted ->> 'starts_at')::timestamptz and title = wanted ->> 'title'
    order by activity_id limit 1;
  end if;
  if there.activity_id is null then
    if wanted ->> 'status' = 'cancelled' then
      return '{}';
    end if;
    return jsonb_build_object('outcome', 'made', 'activity', case
      when p_dry_run then p_occurrence || jsonb_build_object('activity_id', null)
      else writing.create_log_record(p_by, p_site.key, 'activity', p_occurrence, null, p_origin) end);
  end if;
  select coalesce(jsonb_object_agg(key, p_occurrence -> key), '{}') into differs
  from jsonb_each(to_jsonb(there)) as kept
  where key in ('title', 'starts_at', 'ends_at', 'organiser', 'status') and p_occurrence ? key
    and kept.value is distinct from wanted -> key;
  if not p_follows or there.plan_key is null or differs = '{}' then
    return jsonb_build_object('outcome', 'there', 'activity', writing.current_record('activity', there.activity_id));
  end if;
  if there.status <> 'planned' or there.entered_via is distinct from 'import' then
    return jsonb_build_object('outcome', 'kept', 'activity', writing.current_record('activity', there.activity_id));
  end if;
  return jsonb_build_object('outcome', 'changed', 'activity', case
    when p_dry_run then writing.current_record('activity', there.activity_id) || differs
    else writing.change_log_record(
      p_by, p_site.key, 'activity', there.activity_id, there.version, differs, 'change', null, p_origin) end);
end;
$$;
