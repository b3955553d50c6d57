-- needs: writing.checks, writing.groups, writing.log_records
-- Manual counts of who stays and what they do, or of who moves over a line, by sight. Nobody's name, nothing of one person.
create function writing.manual_count_row(p_site platspuls.site, p_fields jsonb)
returns table (
  mode text, space_id integer, zone_id integer, line_id integer, starts_at timestamptz, ends_at timestamptz, joint text,
  tallies jsonb, note text
)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  place text;
begin
  mode := coalesce(writing.choice_of(p_fields, 'mode', array['stationary', 'moving'], false), 'stationary');
  foreach place in array case mode when 'moving' then array['space', 'zone'] else array['line'] end loop
    if writing.given(p_fields, place, false) is not null then
      perform writing.refused(format(
        '%s: a %s count is of a %s', place, mode, case mode when 'moving' then 'line' else 'space or zone' end));
    end if;
  end loop;
  space_id := writing.space_of(p_site, p_fields, mode = 'stationary');
  zone_id := writing.part_of(p_site, p_fields, 'zone', false);
  line_id := writing.part_of(p_site, p_fields, 'line', mode = 'moving');
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', mode = 'moving');
  perform writing.check_times(starts_at, ends_at, interval '24 hours', true);
  joint := writing.text_of(p_fields, 'joint', 12, false);
  perform writing.given(p_fields, 'tallies', true);
  tallies := writing.groups_of(p_fields, 'tallies', array['gender', 'age', 'posture', 'activity', 'direction'], true);
  if mode = 'stationary' and jsonb_path_exists(tallies, '$[*].direction ? (@ != null)') then
    perform writing.refused('direction: a stationary count has none');
  end if;
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
