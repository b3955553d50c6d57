-- needs: writing.checks, writing.groups, writing.log_records
-- Activities: what was arranged at the place, and how many took part.
create function writing.activity_row(p_site platspuls.site, p_fields jsonb)
returns table (
  kind text, title text, space_id integer, starts_at timestamptz, ends_at timestamptz, organiser text,
  participants_method text, participants_total integer, participants_groups jsonb, note text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  participants jsonb := writing.given(p_fields, 'participants', false);
begin
  kind := writing.choice_of(p_fields, 'kind', array[
    'concert', 'performance', 'market', 'workshop', 'sport', 'game', 'exhibition', 'talk', 'walk', 'gathering', 'other'
  ], true);
  title := writing.text_of(p_fields, 'title', 120, true);
  space_id := writing.part_of(p_site, p_fields, 'space', false);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', true);
  perform writing.check_times(starts_at, ends_at, interval '366 days', false);
  organiser := writing.text_of(p_fields, 'organiser', 120, false);
  if participants is not null then
    perform writing.check_participants(participants, starts_at);
    participants_method := participants ->> 'method';
    participants_total := participants ->> 'total';
    participants_groups := writing.groups_of(participants, 'groups', array['gender', 'age'], false);
  end if;
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

create function writing.check_participants(p_participants jsonb, p_starts timestamptz) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  sums record;
  total integer;
begin
  perform writing.check_object(p_participants, 'participants', array['method', 'total', 'groups']);
  perform writing.choice_of(p_participants, 'method', array['counted', 'estimated'], true);
  total := writing.integer_of(p_participants, 'total', 0, 1000000, true);
  if p_starts > clock_timestamp() then
    perform writing.refused(format('participants: nobody has taken part in what starts at %s yet', p_starts));
  end if;
  for sums in
    select * from writing.totals_of(writing.groups_of(p_participants, 'groups', array['gender', 'age'], false))
  loop
    if sums.total > total then
      perform writing.refused(format('groups by %s are %s, more than total %s', sums.dimensions, sums.total, total));
    end if;
  end loop;
end;
$$;

create function writing.activity_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.create_log_record(p_by, p_site, 'activity', p_fields, p_request, p_origin);
end;
$$;

create function writing.activity_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.change_log_record(p_by, p_site, 'activity', p_id, p_version, p_fields, 'change', p_request, p_origin);
end;
$$;

create function writing.activity_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'activity', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
