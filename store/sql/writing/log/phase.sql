-- needs: writing.checks, writing.log_records, writing.requests
-- Phases of studies: declared before, changed until they are closed, closed when they have passed, archived when nobody
-- needs their raw facts any more. Each command asks whether a result had been seen, and once it had it stays so.
create function writing.phase_row(p_site platspuls.site, p_fields jsonb)
returns table (study_id integer, key text, kind text, during tstzrange, result_seen boolean, note text)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  of text := writing.key_of(p_fields, 'study', true);
  starts_at timestamptz := writing.time_of(p_fields, 'starts_at', true);
  ends_at timestamptz := writing.time_of(p_fields, 'ends_at', true);
begin
  select study.study_id into phase_row.study_id
  from platspuls.study
  where site_id = p_site.site_id and study.key = of and withdrawn_at is null
  for update;
  if phase_row.study_id is null then
    perform writing.refused(format('study %s: the site %s has none of this key', of, p_site.key));
  end if;
  key := writing.key_of(p_fields, 'phase', true);
  kind := writing.choice_of(p_fields, 'kind', array['baseline', 'followup'], true);
  perform writing.check_times(starts_at, ends_at, interval '1100 days', false);
  during := tstzrange(starts_at, ends_at);
  result_seen := writing.boolean_of(p_fields, 'result_seen', true);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

-- No two phases of a study overlap. Its row is locked, so nobody declares another one meanwhile.
create function writing.check_apart(p_phase integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  other text;
begin
  select there.key into other
  from platspuls.phase as here
  join platspuls.phase as there using (study_id)
  where here.phase_id = p_phase and there.phase_id <> p_phase and there.withdrawn_at is null
    and here.during && there.during
  limit 1;
  if other is not null then
    raise exception 'starts_at, ends_at: the phase % of the study has some of this time', other using errcode = '23P01';
  end if;
end;
$$;

-- Locks a phase that may still be changed, and returns its fields: whether a result was seen must be said, and stays so.
create function writing.open_phase(p_site text, p_id integer, p_version integer, p_fields jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  seen boolean := writing.boolean_of(p_fields, 'result_seen', true);
  here platspuls.phase;
begin
  perform writing.lock_log_record(writing.site_of(p_site), 'phase', p_id, p_version);
  select * into here from platspuls.phase where phase_id = p_id;
  if here.closed_at is not null then
    raise exception 'phase % was closed at %', here.key, here.closed_at using errcode = '23514', constraint = 'state';
  end if;
  return p_fields || jsonb_build_object('result_seen', seen or here.result_seen);
end;
$$;

create function writing.phase_declare(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
  log_record jsonb;
begin
  log_record := writing.create_log_record(p_by, p_site, 'phase', p_fields, p_request);
  perform writing.check_apart((log_record ->> 'phase_id')::integer);
  return log_record;
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    if broken <> 'phase_key' then
      raise;
    end if;
    raise exception 'phase %: the study has one of this key', p_fields ->> 'phase' using errcode = '23505';
end;
$$;

create function writing.phase_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  fields jsonb;
  log_record jsonb;
begin
  if p_fields ?| array['study', 'phase'] then
    perform writing.refused('study, phase: the keys stay as they were declared');
  end if;
  if writing.is_repeated(p_request) then
    fields := p_fields;
  else
    fields := writing.open_phase(p_site, p_id, p_version, p_fields);
  end if;
  log_record := writing.change_log_record(
    p_by, p_site, 'phase', p_id, p_version, fields, 'change', p_request, p_given => p_fields);
  perform writing.check_apart(p_id);
  return log_record;
end;
$$;

-- Moves the end to a later time: for a phase that needs more days than were declared.
create function writing.phase_extend(
  p_by text, p_site text, p_id integer, p_version integer, p_ends_at timestamptz, p_result_seen boolean
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  fields jsonb := writing.open_phase(p_site, p_id, p_version, jsonb_build_object(
    'ends_at', p_ends_at, 'result_seen', p_result_seen));
  log_record jsonb;
begin
  if p_ends_at <= (select upper(during) from platspuls.phase where phase_id = p_id) then
    perform writing.refused(format('ends_at %s must be later than the end that was declared', p_ends_at));
  end if;
  log_record := writing.change_log_record(p_by, p_site, 'phase', p_id, p_version, fields, 'extend');
  perform writing.check_apart(p_id);
  return log_record;
end;
$$;

-- What comes after this is an evaluation of it: nothing of the phase is changed any more.
create function writing.phase_close(p_by text, p_site text, p_id integer, p_version integer, p_result_seen boolean)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  fields jsonb := writing.open_phase(p_site, p_id, p_version, jsonb_build_object('result_seen', p_result_seen));
  here platspuls.phase;
begin
  select * into here from platspuls.phase where phase_id = p_id;
  if upper(here.during) > clock_timestamp() then
    raise exception 'phase % lasts until %: change its end first', here.key, upper(here.during)
      using errcode = '23514', constraint = 'state';
  end if;
  return writing.step_phase(
    p_by, p_site, p_id, p_version, 'close', fields || jsonb_build_object('closed_at', clock_timestamp()));
end;
$$;

-- Its raw facts may be forgotten from now on, as others of their age.
create function writing.phase_archive(p_by text, p_site text, p_id integer, p_version integer) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  here platspuls.phase;
begin
  perform writing.lock_log_record(writing.site_of(p_site), 'phase', p_id, p_version);
  select * into here from platspuls.phase where phase_id = p_id;
  if here.closed_at is null or here.archived_at is not null then
    raise exception 'phase % %', here.key, case when here.closed_at is null then 'must be closed before it is archived'
      else 'is archived already' end using errcode = '23514', constraint = 'state';
  end if;
  return writing.step_phase(
    p_by, p_site, p_id, p_version, 'archive', jsonb_build_object('archived_at', clock_timestamp()));
end;
$$;

create function writing.phase_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'phase', p_id, p_version, p_reason, p_request);
end;
$$;

create function writing.step_phase(
  p_by text, p_site text, p_id integer, p_version integer, p_action text, p_columns jsonb
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  before jsonb := writing.current_record('phase', p_id);
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.put_log_record(p_by, 'phase', p_id, p_version, p_columns);
  log_record := writing.current_record('phase', p_id);
  perform writing.note_version(p_by, writing.site_of(p_site), p_action, 'phase', p_id, before, log_record);
  return log_record;
end;
$$;
