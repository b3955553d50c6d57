-- What people write down: activities, manual counts, staff time, surveys, incidents, notes, exclusions; and what the
-- studies of 0007 lacked for it. Only the functions of the schema `writing` write here. A row is what holds now; each
-- version of it, and who wrote it, stands in the audit. Times are half-open: [starts_at, ends_at).
create sequence platspuls.entry_id as integer;

-- One key a request, from the caller: the same request sent again, after an answer that got lost, makes nothing new.
create table platspuls.request (
  request_id uuid primary key,
  site_id integer not null references platspuls.site,
  entity text not null,
  entity_id integer not null,
  at timestamptz not null default now()
);

-- Something arranged. participants_groups: [{gender, age, count}], null where not told apart; groups that tell the same
-- things are disjoint.
create table platspuls.activity (
  activity_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  kind text not null,
  title text not null,
  space_id integer references platspuls.space,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  organiser text,
  participants_method text,
  participants_total integer,
  participants_groups jsonb,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at),
  check ((participants_method is null) = (participants_total is null)),
  check ((participants_method is null) = (participants_groups is null))
);
create index activity_starts on platspuls.activity (site_id, starts_at);

-- A manual count of who stays, doing what: at a moment (ends_at null) or over a period. tallies: [{gender, age, posture,
-- activity, count}], disjoint; an empty list is nobody.
create table platspuls.observation (
  observation_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  space_id integer not null references platspuls.space,
  zone_id integer references platspuls.zone,
  starts_at timestamptz not null,
  ends_at timestamptz,
  tallies jsonb not null,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at)
);
create index observation_starts on platspuls.observation (site_id, starts_at);

-- How many of the staff (or performers) were there, by role, never by name. Without a space: somewhere at the site.
create table platspuls.staff_time (
  staff_time_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  role text not null,
  people integer not null check (people > 0),
  space_id integer references platspuls.space,
  zone_id integer references platspuls.zone,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at)
);
create index staff_time_starts on platspuls.staff_time (site_id, starts_at);

-- A questionnaire round. questions: [{key, text_sv, text_en, multiple, answers: [{key, text_sv, text_en, count}]}].
create table platspuls.survey (
  survey_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  title text not null,
  mode text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  respondents integer not null check (respondents >= 0),
  questions jsonb not null,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at)
);
create index survey_starts on platspuls.survey (site_id, starts_at);

-- A disturbance or damage. ends_at is null where it is not known, or was a moment.
create table platspuls.incident (
  incident_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  kind text not null,
  space_id integer references platspuls.space,
  starts_at timestamptz not null,
  ends_at timestamptz,
  note text,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at)
);
create index incident_starts on platspuls.incident (site_id, starts_at);

-- What somebody wants others to know: of the site, or of a space, or of a time.
create table platspuls.note (
  note_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  text text not null,
  space_id integer references platspuls.space,
  starts_at timestamptz,
  ends_at timestamptz,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at),
  check (starts_at is not null or ends_at is null)
);
create index note_site on platspuls.note (site_id, note_id);

-- Time of a line, a zone, a space with its lines and zones, or the whole site, that is to be left out, and why. The counts
-- stay as they are. At most one of line, zone and space; none is the site.
create table platspuls.exclusion (
  exclusion_id integer primary key,
  site_id integer not null references platspuls.site,
  version integer not null,
  line_id integer references platspuls.line,
  zone_id integer references platspuls.zone,
  space_id integer references platspuls.space,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text not null,
  -- Whether who excluded it had seen the result that it is left out of.
  result_seen boolean not null,
  written_at timestamptz not null,
  written_by text not null,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check (ends_at > starts_at),
  check (num_nonnulls(line_id, zone_id, space_id) <= 1)
);
create index exclusion_starts on platspuls.exclusion (site_id, starts_at);

-- A study may be withdrawn and declared again under the same key.
alter table platspuls.study
  add column version integer not null default 1,
  add column name_sv text,
  add column name_en text,
  add column note text,
  add column written_at timestamptz not null default now(),
  add column written_by text not null default 'unknown',
  add column withdrawn_at timestamptz,
  add column withdrawn_reason text,
  drop constraint study_site_id_key_key;
create unique index study_key on platspuls.study (site_id, key) where withdrawn_at is null;

-- result_seen: whether a result of the phase had been seen when it was declared, changed, extended or closed.
alter table platspuls.phase
  add column version integer not null default 1,
  add column kind text check (kind in ('baseline', 'followup')),
  add column result_seen boolean not null default false,
  add column note text,
  add column written_at timestamptz not null default now(),
  add column written_by text not null default 'unknown',
  add column withdrawn_at timestamptz,
  add column withdrawn_reason text,
  drop constraint phase_study_id_key_key,
  -- What is withdrawn keeps no raw facts: closing and archiving it is what lets them go.
  add check (withdrawn_at is null or archived_at is not null);
create unique index phase_key on platspuls.phase (study_id, key) where withdrawn_at is null;
