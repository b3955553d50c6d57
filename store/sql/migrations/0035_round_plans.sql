-- Plans of rounds: manual counts at random times of days and hours chosen beforehand. The slots are drawn when a plan is made,
-- and kept with it: [{slot, starts_at, ends_at, day_type, hour}]. Their numbers are of all log records' sequence.
create table platspuls.round_plan (
  round_plan_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  name text not null,
  first date not null,
  until date not null check (until >= first),
  mode text not null check (mode in ('stationary', 'moving')),
  space_id integer references platspuls.space,
  zone_id integer references platspuls.zone,
  line_id integer references platspuls.line,
  day_types jsonb not null,
  from_hour integer not null check (from_hour between 0 and 23),
  to_hour integer not null check (to_hour between 1 and 24 and to_hour > from_hour),
  rounds_per_stratum integer not null check (rounds_per_stratum > 0),
  minutes integer not null check (minutes > 0),
  seed integer not null,
  slots jsonb not null,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check ((mode = 'stationary') = (space_id is not null) and (mode = 'moving') = (line_id is not null)),
  check (zone_id is null or mode = 'stationary')
);
create index round_plan_site on platspuls.round_plan (site_id);

-- The slot of a plan that a manual count is of.
alter table platspuls.observation add column planned_round integer;
create index observation_planned on platspuls.observation (planned_round) where planned_round is not null;
