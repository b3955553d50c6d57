-- needs: writing.checks, writing.log_records
-- When staff and performers were there: they stay too, and are kept apart from visitors by this.
create function writing.staff_time_row(p_site platspuls.site, p_fields jsonb)
returns table (
  role text, people integer, space_id integer, zone_id integer, starts_at timestamptz, ends_at timestamptz, note text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  role := writing.choice_of(p_fields, 'role', array[
    'host', 'activity_leader', 'performer', 'volunteer', 'guard', 'cleaner', 'technician', 'evaluator', 'other'
  ], true);
  people := coalesce(writing.integer_of(p_fields, 'people', 1, 1000, false), 1);
  space_id := writing.space_of(p_site, p_fields, false);
  zone_id := writing.part_of(p_site, p_fields, 'zone', false);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', true);
  perform writing.check_times(starts_at, ends_at, interval '24 hours', false);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.staff_time_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'staff_time', p_fields, p_request, p_origin);
end;
$$;

create function writing.staff_time_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'staff_time', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.staff_time_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'staff_time', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
