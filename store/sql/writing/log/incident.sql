-- needs: writing.checks, writing.log_records
-- Disturbances and damage that were reported.
create function writing.incident_row(p_site platspuls.site, p_fields jsonb)
returns table (kind text, space_id integer, starts_at timestamptz, ends_at timestamptz, note text)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  kind := writing.choice_of(p_fields, 'kind', array[
    'damage', 'graffiti', 'litter', 'disturbance', 'threat', 'violence', 'theft', 'drugs', 'fire', 'accident', 'other'
  ], true);
  space_id := writing.part_of(p_site, p_fields, 'space', false);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', false);
  perform writing.check_times(starts_at, ends_at, interval '366 days', true);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.incident_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'incident', p_fields, p_request, p_origin);
end;
$$;

create function writing.incident_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'incident', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.incident_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'incident', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
