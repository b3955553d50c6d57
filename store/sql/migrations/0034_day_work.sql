-- What became of an activity: planned, ongoing, held or cancelled. Of old ones those that were to come are planned; nobody
-- says of the others that they were not held. plan_key: what an import or a plan made it from, so that the same again makes
-- nothing twice; null by hand. participants_figure: whether participants took part at any time, were there at the peak, or at
-- one moment; null: not said.
alter table platspuls.activity
  add column status text not null default 'held' check (status in ('planned', 'ongoing', 'held', 'cancelled')),
  add column plan_key text check (length(plan_key) between 1 and 200),
  add column participants_figure text check (participants_figure in ('any_time', 'peak', 'moment'));
update platspuls.activity set status = 'planned' where starts_at > now();
create unique index activity_plan_key on platspuls.activity (site_id, plan_key) where withdrawn_at is null;

-- How a day went, said once it is over: whether the place was open as planned, and whether there were disturbances at all (the
-- incidents themselves are incidents). One of each day.
create table platspuls.day_close (
  day_close_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  day date not null,
  opening text not null check (opening in ('as_planned', 'changed', 'closed')),
  opened_at timestamptz,
  closed_at timestamptz,
  disturbances boolean not null,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  text_removed_at timestamptz,
  entered_at timestamptz,
  entered_via text,
  entered_skew_s numeric,
  check (closed_at > opened_at),
  check (opening = 'changed' or num_nonnulls(opened_at, closed_at) = 0)
);
create unique index day_close_day on platspuls.day_close (site_id, day) where withdrawn_at is null;

-- A week of activities that comes again: items are [{weekday, from, to, kind, title, space, organiser}], times of the site's
-- clocks; one that ends at or before it starts ends on the next day.
create table platspuls.activity_template (
  activity_template_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  name text not null,
  items jsonb not null,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  entered_at timestamptz,
  entered_via text,
  entered_skew_s numeric
);
create index activity_template_site on platspuls.activity_template (site_id, activity_template_id);

-- Notes of days are words that may go, as those of other log records.
create or replace function platspuls.audit_loses_text() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  removed constant text := 'text_removed_at';
begin
  if old.entity not in ('activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'day_close')
    or to_jsonb(new) - array['before', 'after'] is distinct from to_jsonb(old) - array['before', 'after']
    or new.before is distinct from old.before
      and new.before - removed is distinct from platspuls.without_text(old.before) - removed
    or new.after is distinct from old.after
      and new.after - removed is distinct from platspuls.without_text(old.after) - removed
  then
    raise exception 'the audit is only added to: % is refused', lower(tg_op) using errcode = '42501';
  end if;
  return new;
end;
$$;
