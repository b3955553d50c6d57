-- needs: writing.checks, writing.groups, writing.log_records
-- Manual counts of who stays and what they do, or of who moves over a line, by sight. Nobody's name, nothing of one person.

-- What is counted, and where.
create function writing.counted_place(
  p_site platspuls.site, p_fields jsonb, out mode text, out space_id integer, out zone_id integer, out line_id integer
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
end;
$$;

-- The slot of a plan that is given, of the same mode; also one of a plan that was withdrawn meanwhile.
create function writing.planned_round_of(p_site platspuls.site, p_fields jsonb, p_mode text) returns integer
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  slot integer := writing.integer_of(p_fields, 'planned_round', 1, 2147483647, false);
  planned text := (
    select round_plan.mode
    from platspuls.round_plan
    where round_plan.site_id = p_site.site_id
      and round_plan.slots @> jsonb_build_array(jsonb_build_object('slot', slot))
  );
begin
  if slot is not null and planned is distinct from p_mode then
    perform writing.refused(format('planned_round %s: the site %s has no %s one of this number', slot, p_site.key, p_mode));
  end if;
  return slot;
end;
$$;

create function writing.manual_count_row(p_site platspuls.site, p_fields jsonb)
returns table (
  mode text, space_id integer, zone_id integer, line_id integer, starts_at timestamptz, ends_at timestamptz, joint text,
  planned_round integer, tallies jsonb, note text
)
language plpgsql set search_path = pg_catalog, platspuls, pg_temp
as $$
declare
  place record;
begin
  place := writing.counted_place(p_site, p_fields);
  mode := place.mode;
  space_id := place.space_id;
  zone_id := place.zone_id;
  line_id := place.line_id;
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', mode = 'moving');
  perform writing.check_times(starts_at, ends_at, interval '24 hours', true);
  joint := writing.text_of(p_fields, 'joint', 12, false);
  planned_round := writing.planned_round_of(p_site, p_fields, mode);
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
