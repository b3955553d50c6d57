-- needs: reading.origin, writing.checks
-- What the requests that write say of themselves: which one it is, so that the same one again, after an answer that got lost,
-- changes nothing; and where what it says comes from.

-- Who writes, whichever login of theirs it is: as reading.author puts them together.
create function writing.author_of(p_by text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
return regexp_replace(p_by, '^login:\d+ ', 'login:');

-- Whether a request has been carried out. Of two that come at once, the second waits until the first is done.
create function writing.is_repeated(p_request uuid) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if p_request is null then
    return false;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_request::text, 7238206));
  return exists (select from platspuls.request where request_id = p_request);
end;
$$;

-- Notes a request. Returns null where it is new, and else what was noted of it. The same id from another author, with
-- something else to do or other fields, isn't the same request, and is refused. p_makes: the version that it makes. p_id: of
-- which record; what is made anew has another number each time.
create function writing.repeats(
  p_by text, p_site platspuls.site, p_request uuid, p_action text, p_stored text, p_id integer, p_makes integer, p_given jsonb
) returns platspuls.request
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  before platspuls.request;
  digest bytea := sha256(convert_to(p_given::text, 'UTF8'));
begin
  if not writing.is_repeated(p_request) then
    insert into platspuls.request (request_id, site_id, entity, entity_id, actor, fields_sha256, action, version)
    select p_request, p_site.site_id, p_stored, p_id, p_by, digest, p_action, p_makes
    where p_request is not null;
    return null;
  end if;
  select * into before from platspuls.request where request_id = p_request;
  if before.site_id <> p_site.site_id or before.entity <> p_stored or coalesce(before.action, 'create') <> p_action
    or p_action not in ('create', 'add') and before.entity_id <> p_id then
    perform writing.refused(format('request %s was for something else', p_request));
  end if;
  if writing.author_of(before.actor) <> writing.author_of(p_by) then
    perform writing.refused(format('request %s was sent by somebody else', p_request));
  end if;
  if before.fields_sha256 <> digest then
    perform writing.refused(format('request %s was sent with other fields', p_request));
  end if;
  return before;
end;
$$;

-- The columns of where a version comes from. p_origin: entered_at, when it was entered by the clock of the device, put right;
-- entered_via, how; entered_skew_s, how far that clock was off (null: nobody knows). Each version has its own.
create function writing.origin_columns(p_origin jsonb) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  origin jsonb := coalesce(p_origin, '{}');
begin
  perform writing.check_object(origin, 'origin', array['entered_at', 'entered_via', 'entered_skew_s']);
  return jsonb_build_object(
    'entered_at', (origin ->> 'entered_at')::timestamptz,
    'entered_via', writing.choice_of(origin, 'entered_via', array['page', 'offline', 'paper', 'import'], false),
    'entered_skew_s', (origin ->> 'entered_skew_s')::numeric
  );
end;
$$;

-- The same, for the kinds that have them: what matters of exclusions, studies, phases and plans is when they were declared.
create function writing.origin_of(p_entity text, p_origin jsonb) returns jsonb
language sql set search_path = pg_catalog, pg_temp
return case when p_entity in ('exclusion', 'study', 'phase', 'round_plan') then '{}'::jsonb else writing.origin_columns(p_origin) end;

-- What a version that is withdrawn shows of it, as the views do.
create function writing.shown_origin(p_columns jsonb) returns jsonb
language sql set search_path = pg_catalog, pg_temp
return case when p_columns = '{}' then p_columns else p_columns || jsonb_build_object(
  'entered_at', coalesce((p_columns ->> 'entered_at')::timestamptz, clock_timestamp()),
  'clock_unsure', reading.is_clock_unsure(
    (p_columns ->> 'entered_at')::timestamptz, clock_timestamp(), (p_columns ->> 'entered_skew_s')::numeric)
) end;

