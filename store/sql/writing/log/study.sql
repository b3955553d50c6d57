-- needs: writing.checks, writing.log_records
-- Studies: what phases belong to.
create function writing.study_row(p_site platspuls.site, p_fields jsonb)
returns table (key text, name_sv text, name_en text, note text)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  key := writing.key_of(p_fields, 'study', true);
  name_sv := writing.text_of(p_fields, 'name_sv', 120, true);
  name_en := writing.text_of(p_fields, 'name_en', 120, true);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.study_declare(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
begin
  return writing.create_log_record(p_by, p_site, 'study', p_fields, p_request);
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    if broken <> 'study_key' then
      raise;
    end if;
    raise exception 'study %: the site % has one of this key', p_fields ->> 'study', p_site using errcode = '23505';
end;
$$;

create function writing.study_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  if p_fields ? 'study' then
    perform writing.refused('study: its key stays as it was declared');
  end if;
  return writing.change_log_record(p_by, p_site, 'study', p_id, p_version, p_fields, 'change', p_request);
end;
$$;

-- Only when it has no phases, or all of them are withdrawn.
create function writing.study_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  log_record jsonb;
begin
  log_record := writing.withdraw_log_record(p_by, p_site, 'study', p_id, p_version, p_reason, p_request);
  if exists (select from platspuls.phase where study_id = p_id and withdrawn_at is null) then
    raise exception 'study % has phases: withdraw them first', p_id using errcode = '23514', constraint = 'state';
  end if;
  return log_record;
end;
$$;
