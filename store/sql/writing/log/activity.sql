-- needs: reading.activity, writing.checks, writing.groups, writing.log_records
-- Activities: what was arranged at the place, and how many took part.
create function writing.activity_row(p_site platspuls.site, p_fields jsonb)
returns table (
  kind text, title text, space_id integer, starts_at timestamptz, ends_at timestamptz, organiser text,
  participants_method text, participants_total integer, participants_groups jsonb, participants_figure text, note text,
  status text, plan_key text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  participants jsonb := writing.given(p_fields, 'participants', false);
begin
  kind := writing.choice_of(p_fields, 'kind', writing.activity_kinds(), true);
  title := writing.text_of(p_fields, 'title', 120, true);
  space_id := writing.part_of(p_site, p_fields, 'space', false);
  starts_at := writing.time_of(p_fields, 'starts_at', true);
  ends_at := writing.time_of(p_fields, 'ends_at', true);
  perform writing.check_times(starts_at, ends_at, interval '366 days', false);
  organiser := writing.text_of(p_fields, 'organiser', 120, false);
  if participants is not null then
    perform writing.check_participants(participants, starts_at);
    participants_figure := participants ->> 'figure';
    participants_method := participants ->> 'method';
    participants_total := participants ->> 'total';
    participants_groups := writing.groups_of(participants, 'groups', array['gender', 'age'], false);
  end if;
  note := writing.text_of(p_fields, 'note', 2000, false);
  status := writing.activity_status(p_fields, starts_at, participants is not null);
  plan_key := writing.text_of(p_fields, 'plan_key', 200, false);
  return next;
end;
$$;

-- What became of it. Left out: planned where it is still to come, else held. Who took part in a planned one says that it was
-- held. It may begin before its time, by an hour.
create function writing.activity_status(p_fields jsonb, p_starts timestamptz, p_has_participants boolean) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  status text := coalesce(
    writing.choice_of(p_fields, 'status', array['planned', 'ongoing', 'held', 'cancelled'], false),
    case when p_starts > clock_timestamp() then 'planned' else 'held' end);
begin
  if status in ('ongoing', 'held') and p_starts > clock_timestamp() + interval '1 hour' then
    perform writing.refused(format('status %s: it starts at %s', status, p_starts));
  end if;
  if status = 'cancelled' and p_has_participants then
    perform writing.refused('participants: nobody has taken part in what was cancelled');
  end if;
  return case when status = 'planned' and p_has_participants then 'held' else status end;
end;
$$;

create function writing.activity_kinds() returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
return array[
  'concert', 'performance', 'market', 'workshop', 'sport', 'game', 'exhibition', 'talk', 'walk', 'gathering', 'other'
];

create function writing.check_participants(p_participants jsonb, p_starts timestamptz) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  sums record;
  total integer;
begin
  perform writing.check_object(p_participants, 'participants', array['method', 'total', 'groups', 'figure']);
  perform writing.choice_of(p_participants, 'figure', array['any_time', 'peak', 'moment'], false);
  perform writing.choice_of(p_participants, 'method', array['counted', 'estimated'], true);
  total := writing.integer_of(p_participants, 'total', 0, 1000000, true);
  if p_starts > clock_timestamp() + interval '1 hour' then
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

-- Says which activity has a plan_key already, where that is what was broken.
create function writing.refuse_plan_key(p_broken text, p_site text, p_plan_key text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if p_broken = 'activity_plan_key' then
    raise exception 'plan_key %: activity % was made of it', p_plan_key,
      (select activity_id from reading.activity where site = p_site and plan_key = p_plan_key)
      using errcode = '23505';
  end if;
end;
$$;

create function writing.activity_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
begin
  return writing.create_log_record(p_by, p_site, 'activity', p_fields, p_request, p_origin);
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    perform writing.refuse_plan_key(broken, p_site, p_fields ->> 'plan_key');
    raise;
end;
$$;

create function writing.activity_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
begin
  return writing.change_log_record(p_by, p_site, 'activity', p_id, p_version, p_fields, 'change', p_request, p_origin);
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    perform writing.refuse_plan_key(broken, p_site, p_fields ->> 'plan_key');
    raise;
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
