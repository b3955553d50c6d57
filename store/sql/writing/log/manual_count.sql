-- needs: writing.checks, writing.groups, writing.log_records
-- Manual counts of who stays and what they do, by sight. Nobody's name, nothing of one person.
create function writing.manual_count_row(p_site platspuls.site, p_fields jsonb)
returns table (
  space_id integer, zone_id integer, starts_at timestamptz, ends_at timestamptz, tallies jsonb, note text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  space_id := writing.space_of(p_site, p_fields, true);
  zone_id := writing.part_of(p_site, p_fields, 'zone', false);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', false);
  perform writing.check_times(starts_at, ends_at, interval '24 hours', true);
  perform writing.given(p_fields, 'tallies', true);
  tallies := writing.groups_of(p_fields, 'tallies', array['gender', 'age', 'posture', 'activity'], true);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.manual_count_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'manual_count', p_fields, p_request, p_origin);
end;
$$;

create function writing.manual_count_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'manual_count', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.manual_count_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'manual_count', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
