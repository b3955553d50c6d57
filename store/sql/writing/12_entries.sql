-- What all entries have in common: made, changed and withdrawn by fields, each version noted in the audit in the words of
-- the reading contract. WHAT_row turns fields into columns; reading.WHAT shows them.

create function writing.fields_of(p_entity text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return case p_entity
  when 'activity' then array['kind', 'title', 'space', 'starts_at', 'ends_at', 'organiser', 'participants', 'note']
  when 'observation' then array['space', 'zone', 'starts_at', 'ends_at', 'tallies', 'note']
  when 'staff_time' then array['role', 'people', 'space', 'zone', 'starts_at', 'ends_at', 'note']
  when 'survey' then array['title', 'mode', 'starts_at', 'ends_at', 'respondents', 'questions', 'note']
  when 'incident' then array['kind', 'space', 'starts_at', 'ends_at', 'note']
  when 'note' then array['text', 'space', 'starts_at', 'ends_at']
  when 'exclusion' then array['line', 'zone', 'space', 'starts_at', 'ends_at', 'reason', 'result_seen']
  when 'study' then array['study', 'name_sv', 'name_en', 'note']
  when 'phase' then array['study', 'phase', 'kind', 'starts_at', 'ends_at', 'result_seen', 'note']
end;

-- Who writes: the name of a key, a session or cli:USER.
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

-- The entry as the reading contract shows it; null once it is withdrawn.
create function writing.told(p_entity text, p_id integer) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  told jsonb;
begin
  execute format('select to_jsonb(shown) from reading.%1$I as shown where %2$I = $1', p_entity, p_entity || '_id')
  into told using p_id;
  return told;
end;
$$;

-- Locks an entry until the end of the transaction and checks that it is as its writer has seen it.
create function writing.lock_entry(p_site platspuls.site, p_entity text, p_id integer, p_version integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  here record;
begin
  execute format(
    'select version, withdrawn_at from platspuls.%1$I where %2$I = $1 and %3$s = $2 for update',
    p_entity, p_entity || '_id',
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

-- The columns of an entry from its fields, checked: what its own WHAT_row says.
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

-- Makes an entry. p_request: the same request again returns what the first one made, and changes nothing.
create function writing.create_entry(p_by text, p_site text, p_entity text, p_fields jsonb, p_request uuid) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  new_id integer := nextval('platspuls.entry_id');
  columns jsonb;
  told jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, replace(p_entity, '_', ' '), writing.fields_of(p_entity));
  if p_request is not null then
    insert into platspuls.request (request_id, site_id, entity, entity_id)
    values (p_request, site.site_id, p_entity, new_id) on conflict do nothing;
    if not found then
      return writing.made_before(site, p_entity, p_request);
    end if;
  end if;
  columns := writing.row_of(site, p_entity, p_fields) || jsonb_build_object(
    p_entity || '_id', new_id, 'version', 1, 'written_at', clock_timestamp(), 'written_by', p_by,
    'declared_at', clock_timestamp());
  if p_entity <> 'phase' then
    columns := columns || jsonb_build_object('site_id', site.site_id);
  end if;
  execute format(
    'insert into platspuls.%1$I overriding system value select * from jsonb_populate_record(null::platspuls.%1$I, $1)',
    p_entity) using columns;
  told := writing.told(p_entity, new_id);
  perform platspuls.audit_note(p_by, site.site_id, 'create', p_entity, new_id::text, null, told);
  return told;
end;
$$;

create function writing.made_before(p_site platspuls.site, p_entity text, p_request uuid) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  before platspuls.request;
  told jsonb;
begin
  select * into before from platspuls.request where request_id = p_request;
  if before.site_id <> p_site.site_id or before.entity <> p_entity then
    raise exception 'request % was for something else', p_request using errcode = '23505';
  end if;
  told := writing.told(p_entity, before.entity_id);
  if told is null then
    raise exception '% % was withdrawn', replace(p_entity, '_', ' '), before.entity_id
      using errcode = '23514', constraint = 'state';
  end if;
  return told;
end;
$$;

-- Changes the fields that are given; null empties one. The entry has the next version then.
create function writing.change_entry(
  p_by text, p_site text, p_entity text, p_id integer, p_version integer, p_fields jsonb, p_action text
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  before jsonb;
  fields jsonb;
  told jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.check_object(p_fields, replace(p_entity, '_', ' '), writing.fields_of(p_entity));
  if p_fields = '{}' then
    perform writing.refused('nothing to change is given');
  end if;
  perform writing.lock_entry(site, p_entity, p_id, p_version);
  before := writing.told(p_entity, p_id);
  select jsonb_object_agg(key, value) || p_fields into fields
  from jsonb_each(before) where key = any (writing.fields_of(p_entity));
  perform writing.put_entry(p_by, p_entity, p_id, p_version, writing.row_of(site, p_entity, fields));
  told := writing.told(p_entity, p_id);
  perform platspuls.audit_note(p_by, site.site_id, p_action, p_entity, p_id::text, before, told);
  return told;
end;
$$;

-- Writes the columns that are told, and the next version.
create function writing.put_entry(p_by text, p_entity text, p_id integer, p_version integer, p_columns jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  columns jsonb := p_columns || jsonb_build_object(
    'version', p_version + 1, 'written_at', clock_timestamp(), 'written_by', p_by);
  names text := (select string_agg(quote_ident(key), ', ' order by key) from jsonb_object_keys(columns) as key);
begin
  execute format(
    'update platspuls.%1$I set (%2$s) = (select %2$s from jsonb_populate_record(null::platspuls.%1$I, $1)) where %3$I = $2',
    p_entity, names, p_entity || '_id') using columns, p_id;
end;
$$;

-- Takes an entry out of what holds now; it stays in the history, with the reason.
create function writing.withdraw_entry(
  p_by text, p_site text, p_entity text, p_id integer, p_version integer, p_reason text
) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  site platspuls.site := writing.site_of(p_site);
  reason text := writing.text_of(jsonb_build_object('reason', p_reason), 'reason', 500, true);
  withdrawn jsonb := jsonb_build_object('withdrawn_at', clock_timestamp(), 'withdrawn_reason', reason);
  before jsonb;
  told jsonb;
begin
  perform writing.check_actor(p_by);
  perform writing.lock_entry(site, p_entity, p_id, p_version);
  before := writing.told(p_entity, p_id);
  perform writing.put_entry(p_by, p_entity, p_id, p_version, withdrawn || case p_entity
    when 'phase' then jsonb_build_object(
      'closed_at', coalesce((before ->> 'closed_at')::timestamptz, clock_timestamp()), 'archived_at', clock_timestamp())
    else '{}' end);
  told := before || withdrawn
    || jsonb_build_object('version', p_version + 1, 'written_at', clock_timestamp(), 'written_by', p_by);
  perform platspuls.audit_note(p_by, site.site_id, 'withdraw', p_entity, p_id::text, before, told);
  return told;
end;
$$;
