-- needs: reading.day_close, writing.checks, writing.log_records
-- How days went: one of each day of a site.
create function writing.day_close_row(p_site platspuls.site, p_fields jsonb)
returns table (
  day date, opening text, opened_at timestamptz, closed_at timestamptz, disturbances boolean, note text
)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  starts timestamptz;
begin
  day := writing.date_of(p_fields, 'day', true);
  starts := day::timestamp at time zone p_site.time_zone;
  if starts > clock_timestamp() then
    perform writing.refused(format('day %s hasn''t come yet', day));
  end if;
  opening := writing.choice_of(p_fields, 'opening', array['as_planned', 'changed', 'closed'], true);
  opened_at := writing.time_of(p_fields, 'opened_at', false);
  closed_at := writing.time_of(p_fields, 'closed_at', false);
  if opening <> 'changed' and num_nonnulls(opened_at, closed_at) > 0 then
    perform writing.refused(format('opened_at, closed_at: they go with opening changed, not with %s', opening));
  end if;
  if opening = 'changed' and num_nonnulls(opened_at, closed_at) = 0 then
    perform writing.refused('opened_at, closed_at: say when it was open, at least one of them');
  end if;
  if least(opened_at, closed_at) < starts or greatest(opened_at, closed_at) > starts + interval '48 hours' then
    perform writing.refused(format('opened_at, closed_at must lie on %s or in the night after it', day));
  end if;
  if closed_at <= opened_at then
    perform writing.refused(format('closed_at %s must be after opened_at %s', closed_at, opened_at));
  end if;
  disturbances := writing.boolean_of(p_fields, 'disturbances', true);
  note := writing.text_of(p_fields, 'note', 2000, false);
  return next;
end;
$$;

-- Says which one is of the day already.
create function writing.refuse_second_day_close(p_site text, p_day text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'day %: day close % is of this day: change that one', p_day,
    (select day_close_id from reading.day_close where site = p_site and day = p_day::date)
    using errcode = '23505';
end;
$$;

create function writing.day_close_create(
  p_by text, p_site text, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
begin
  return writing.create_log_record(p_by, p_site, 'day_close', p_fields, p_request, p_origin);
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    if broken <> 'day_close_day' then
      raise;
    end if;
    perform writing.refuse_second_day_close(p_site, p_fields ->> 'day');
    return null;
end;
$$;

create function writing.day_close_change(
  p_by text, p_site text, p_id integer, p_version integer, p_fields jsonb, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
declare
  broken text;
begin
  return writing.change_log_record(p_by, p_site, 'day_close', p_id, p_version, p_fields, 'change', p_request, p_origin);
exception
  when unique_violation then
    get stacked diagnostics broken = constraint_name;
    if broken <> 'day_close_day' then
      raise;
    end if;
    perform writing.refuse_second_day_close(p_site, p_fields ->> 'day');
    return null;
end;
$$;

create function writing.day_close_withdraw(
  p_by text, p_site text, p_id integer, p_version integer, p_reason text, p_request uuid default null, p_origin jsonb default null
) returns jsonb
language plpgsql security definer set search_path = pg_catalog, platspuls, pg_temp set timezone = 'UTC'
as $$
begin
  return writing.withdraw_log_record(p_by, p_site, 'day_close', p_id, p_version, p_reason, p_request, p_origin);
end;
$$;
