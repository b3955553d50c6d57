-- needs: reading.history, writing.checks, writing.requests
-- What all log records have in common: made, changed and withdrawn by fields, each version noted in the audit in the words of
-- the reading contract. WHAT_row turns fields into columns; reading.WHAT shows them.

create function writing.fields_of(p_entity text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return case p_entity
  when 'activity' then array['kind', 'title', 'space', 'starts_at', 'ends_at', 'organiser', 'participants', 'note', 'status',
    'plan_key']
  when 'day_close' then array['day', 'opening', 'opened_at', 'closed_at', 'disturbances', 'note']
  when 'activity_template' then array['name', 'items']
  when 'manual_count' then array[
    'mode', 'space', 'zone', 'line', 'starts_at', 'ends_at', 'joint', 'planned_round', 'tallies', 'note'
  ]
  when 'staff_time' then array['role', 'people', 'space', 'zone', 'starts_at', 'ends_at', 'note']
  when 'survey' then array['title', 'mode', 'starts_at', 'ends_at', 'respondents', 'questions', 'note']
  when 'incident' then array['kind', 'space', 'starts_at', 'ends_at', 'note']
  when 'note' then array['text', 'space', 'starts_at', 'ends_at']
  when 'exclusion' then array['line', 'zone', 'space', 'starts_at', 'ends_at', 'reason', 'result_seen']
  when 'study' then array['study', 'name_sv', 'name_en', 'note']
  when 'round_plan' then array[
    'name', 'first', 'until', 'mode', 'space', 'zone', 'line', 'day_types', 'from_hour', 'to_hour', 'rounds_per_stratum',
    'minutes', 'seed', 'note'
  ]
  when 'phase' then array['study', 'phase', 'kind', 'starts_at', 'ends_at', 'result_seen', 'note']
end;

-- Who writes: the name of a key, a login or cli:USER.
create function writing.check_actor(p_by text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if p_by is null or length(p_by) not between 1 and 100 or p_by ~ '[[:cntrl:]]' then
    perform writing.refused(format('p_by must have 1 to 100 characters, not %s', length(p_by)));
  end if;
end;
$$;

create function writing.site_of(p_site text) returns platspuls.site
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site;
begin
  select * into site from platspuls.site where key = p_site;
  if site.site_id is null then
    raise exception 'there is no site %', left(p_site, 60) using errcode = 'P0002';
  end if;
  return site;
end;
$$;

-- What tables and the audit call a kind of log record. Both were made when a manual count was called an observation.
create function writing.stored_word(p_entity text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return case p_entity when 'manual_count' then 'observation' else p_entity end;

-- A log record as the audit keeps it: its number is called as the column is.
create function writing.stored_record(p_entity text, p_record jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
return case
  when p_entity = 'manual_count' and p_record is not null
    then p_record - 'manual_count_id' || jsonb_build_object('observation_id', p_record -> 'manual_count_id')
  else p_record
end;

-- Notes a version in the audit.
create function writing.note_version(
  p_by text, p_site platspuls.site, p_action text, p_entity text, p_id integer, p_before jsonb, p_after jsonb
) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  perform platspuls.audit_note(
    p_by, p_site.site_id, p_action, writing.stored_word(p_entity), p_id::text, writing.stored_record(p_entity, p_before),
    writing.stored_record(p_entity, p_after));
end;
$$;

-- The log record as the reading contract shows it; null once it is withdrawn.
create function writing.current_record(p_entity text, p_id integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  log_record jsonb;
begin
  execute format('select to_jsonb(shown) from reading.%1$I as shown where %2$I = $1', p_entity, p_entity || '_id')
  into log_record using p_id;
  return log_record;
end;
$$;

-- Locks a log record until the end of the transaction and checks that it is as its writer has seen it.
create function writing.lock_log_record(p_site platspuls.site, p_entity text, p_id integer, p_version integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  here record;
begin
  execute format(
    'select version, withdrawn_at from platspuls.%1$I where %2$I = $1 and %3$s = $2 for update',
    writing.stored_word(p_entity), writing.stored_word(p_entity) || '_id',
    case p_entity when 'phase' then '(select site_id from platspuls.study where study_id = phase.study_id)' else 'site_id' end)
  into here using p_id, p_site.site_id;
  if here.version is null then
    raise exception 'the site % has no % %', p_site.key, replace(p_entity, '_', ' '), p_id using errcode = 'P0002';
  end if;
  if p_version is null then
    perform writing.refused('version must be given');
  end if;
  if here.version <> p_version then
    raise exception '% % has version %, not %: somebody changed it; look at it again', replace(p_entity, '_', ' '), p_id,
      here.version, p_version using errcode = '23505', constraint = 'version';
  end if;
  if here.withdrawn_at is not null then
    raise exception '% % was withdrawn', replace(p_entity, '_', ' '), p_id using errcode = '23514', constraint = 'state';
  end if;
end;
$$;

-- The columns of a log record from its fields, checked: what its own WHAT_row says.
create function writing.row_of(p_site platspuls.site, p_entity text, p_fields jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  columns jsonb;
begin
  execute format('select to_jsonb(writing.%I($1, $2))', p_entity || '_row') into columns using p_site, p_fields;
  return columns;
end;
$$;

-- Makes a log record. p_request: see writing.repeats. p_origin: see writing.origin_of.
create function writing.create_log_record(
  p_by text, p_site text, p_entity text, p_fields jsonb, p_request uuid, p_origin jsonb default null
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  stored text := writing.stored_word(p_entity);
  new_id integer := nextval('platspuls.entry_id');
  before platspuls.request;
  columns jsonb;
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, replace(p_entity, '_', ' '), writing.fields_of(p_entity));
  before := writing.repeats(p_by, site, p_request, 'create', stored, new_id, 1, p_fields);
  if before.request_id is not null then
    return writing.made_before(p_entity, before);
  end if;
  columns := writing.row_of(site, p_entity, p_fields) || writing.origin_of(p_entity, p_origin) || jsonb_build_object(
    stored || '_id', new_id, 'version', 1, 'written_at', clock_timestamp(), 'written_by', p_by,
    'declared_at', clock_timestamp());
  if p_entity <> 'phase' then
    columns := columns || jsonb_build_object('site_id', site.site_id);
  end if;
  execute format(
    'insert into platspuls.%1$I overriding system value select * from jsonb_populate_record(null::platspuls.%1$I, $1)',
    stored) using columns;
  log_record := writing.current_record(p_entity, new_id);
  perform writing.note_version(p_by, site, 'create', p_entity, new_id, null, log_record);
  return log_record;
end;
$$;

-- Changes the fields that are given; null empties one. The log record has the next version then. p_given: what the request
-- held, where p_fields was made from it.
create function writing.change_log_record(
  p_by text, p_site text, p_entity text, p_id integer, p_version integer, p_fields jsonb, p_action text,
  p_request uuid default null, p_origin jsonb default null, p_given jsonb default null
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  earlier platspuls.request;
  before jsonb;
  fields jsonb;
  columns jsonb;
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, replace(p_entity, '_', ' '), writing.fields_of(p_entity));
  if p_fields = '{}' then
    perform writing.refused('nothing to change is given');
  end if;
  earlier := writing.repeats(
    p_by, site, p_request, p_action, writing.stored_word(p_entity), p_id, p_version + 1, coalesce(p_given, p_fields));
  if earlier.request_id is not null then
    return writing.made_before(p_entity, earlier);
  end if;
  perform writing.lock_log_record(site, p_entity, p_id, p_version);
  before := writing.current_record(p_entity, p_id);
  select jsonb_object_agg(key, value) || p_fields into fields
  from jsonb_each(before) where key = any (writing.fields_of(p_entity));
  columns := writing.row_of(site, p_entity, fields) || writing.origin_of(p_entity, p_origin);
  if coalesce(columns ->> 'note', columns ->> 'text') is not null and before ? 'text_removed_at' then
    columns := columns || '{"text_removed_at": null}';  -- it has words again
  end if;
  perform writing.put_log_record(p_by, p_entity, p_id, p_version, columns);
  log_record := writing.current_record(p_entity, p_id);
  perform writing.note_version(p_by, site, p_action, p_entity, p_id, before, log_record);
  return log_record;
end;
$$;

-- Writes the columns that are given, and the next version.
create function writing.put_log_record(p_by text, p_entity text, p_id integer, p_version integer, p_columns jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  columns jsonb := p_columns || jsonb_build_object(
    'version', p_version + 1, 'written_at', clock_timestamp(), 'written_by', p_by);
  names text := (select string_agg(quote_ident(key), ', ' order by key) from jsonb_object_keys(columns) as key);
begin
  execute format(
    'update platspuls.%1$I set (%2$s) = (select %2$s from jsonb_populate_record(null::platspuls.%1$I, $1)) where %3$I = $2',
    writing.stored_word(p_entity), names, writing.stored_word(p_entity) || '_id') using columns, p_id;
end;
$$;

-- Takes a log record out of what holds now; it stays in the history, with the reason.
create function writing.withdraw_log_record(
  p_by text, p_site text, p_entity text, p_id integer, p_version integer, p_reason text, p_request uuid default null,
  p_origin jsonb default null
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  reason text := writing.text_of(jsonb_build_object('reason', p_reason), 'reason', 500, true);
  withdrawn jsonb := jsonb_build_object('withdrawn_at', clock_timestamp(), 'withdrawn_reason', reason);
  origin jsonb := writing.origin_of(p_entity, p_origin);
  earlier platspuls.request;
  before jsonb;
  log_record jsonb;
begin
  perform writing.check_actor(p_by);
  earlier := writing.repeats(
    p_by, site, p_request, 'withdraw', writing.stored_word(p_entity), p_id, p_version + 1,
    jsonb_build_object('reason', reason));
  if earlier.request_id is not null then
    return writing.made_before(p_entity, earlier);
  end if;
  perform writing.lock_log_record(site, p_entity, p_id, p_version);
  before := writing.current_record(p_entity, p_id);
  perform writing.put_log_record(p_by, p_entity, p_id, p_version, withdrawn || origin || case p_entity
    when 'phase' then jsonb_build_object(
      'closed_at', coalesce((before ->> 'closed_at')::timestamptz, clock_timestamp()), 'archived_at', clock_timestamp())
    else '{}' end);
  log_record := before || withdrawn
    || jsonb_build_object('version', p_version + 1, 'written_at', clock_timestamp(), 'written_by', p_by)
    || writing.shown_origin(origin);
  perform writing.note_version(p_by, site, 'withdraw', p_entity, p_id, before, log_record);
  return log_record;
end;
$$;

-- What the same request made before: the version as it left it, whatever became of the log record since. Requests from before
-- versions were noted made the first one.
create function writing.made_before(p_entity text, p_before platspuls.request) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  log_record jsonb := writing.current_record(p_entity, p_before.entity_id);
  made integer := coalesce(p_before.version, 1);
begin
  if (log_record ->> 'version')::integer is distinct from made then
    select record into log_record
    from reading.history
    where entity = p_entity and entity_id = p_before.entity_id::text and version = made
    limit 1;
  end if;
  return log_record;
end;
$$;
