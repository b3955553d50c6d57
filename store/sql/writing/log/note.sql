-- needs: writing.checks, writing.log_records
-- Notes in free text, of the site, a space or a time.
create function writing.note_row(p_site platspuls.site, p_fields jsonb)
returns table (text text, space_id integer, starts_at timestamptz, ends_at timestamptz)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  text := writing.text_of(p_fields, 'text', 2000, true);
  space_id := writing.part_of(p_site, p_fields, 'space', false);
  ends_at := writing.time_of(p_fields, 'ends_at', false);
  starts_at := writing.time_of(p_fields, 'starts_at', ends_at is not null);
  perform writing.check_times(starts_at, ends_at, interval '3660 days', false);
  return next;
end;
$$;

create function writing.note_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'note', p_fields, p_request, p_origin);
end;
$$;

create function writing.note_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'note', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.note_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'note', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
