-- Calibrations: what people counted by hand beside a counter, and the factors that came of it. Nothing here changes what
-- was counted; a calibration is applied when numbers are asked for, and withdrawing it gives the raw numbers back.

-- One time that was counted by hand, with what the counter told of the same time: kept with it, since raw facts go after
-- 13 months. No name of a person, and no dwell of one: only sums, and how many fell into each dwell bin.
--
-- hand and machine, by kind:
--   crossings  forward, backward                        forward, backward
--   presence   looks, present (sum of what was seen)    presence_s
--   stays      complete (timed visits by dwell bin),    complete, cut (by dwell bin)
--              known_s (a longer dwell is only known
--              to be longer; null: all are exact)
create table platspuls.calibration_session (
  session_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  kind text not null check (kind in ('crossings', 'presence', 'stays')),
  line_id integer references platspuls.line,
  zone_id integer references platspuls.zone,
  setup_id integer not null references platspuls.setup,
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
  hand jsonb not null,
  machine jsonb not null,
  observed_ms bigint not null,
  -- The counter called it dark at some time in it.
  dark boolean not null,
  -- By the counter: crossings a minute, both ways together; in a zone the mean number of people.
  busy numeric not null,
  -- Who counted: a role or initials.
  counted_by text not null check (char_length(counted_by) between 1 and 20),
  note text check (char_length(note) <= 500),
  entered_at timestamptz not null default now(),
  entered_by text not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text,
  check ((kind = 'crossings') = (line_id is not null)),
  check ((kind = 'crossings') = (zone_id is null)),
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create index calibration_session_site on platspuls.calibration_session (site_id, session_id);

-- A correction: of which line or zone, of which setup, and when it holds.
create table platspuls.calibration (
  calibration_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  kind text not null check (kind in ('crossings', 'presence', 'stays')),
  line_id integer references platspuls.line,
  zone_id integer references platspuls.zone,
  -- Of stays: what a stay is.
  threshold_s integer check (threshold_s > 0),
  setup_id integer not null references platspuls.setup,
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
  strata text not null check (strata in ('none', 'light', 'crowd', 'light-and-crowd')),
  -- From here on it is crowded; as `busy` of sessions.
  busy_from numeric check (busy_from > 0),
  method text not null,
  note text check (char_length(note) <= 500),
  created_at timestamptz not null default now(),
  created_by text not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text,
  check ((kind = 'crossings') = (line_id is not null)),
  check ((kind = 'crossings') = (zone_id is null)),
  check ((kind = 'stays') = (threshold_s is not null)),
  check ((strata in ('crowd', 'light-and-crowd')) = (busy_from is not null)),
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create index calibration_line on platspuls.calibration (line_id) where line_id is not null;
create index calibration_zone on platspuls.calibration (zone_id) where zone_id is not null;

-- What the raw number is multiplied by. dark, busy: of which quarter-hours; null is of both.
create table platspuls.calibration_factor (
  factor_id integer generated always as identity primary key,
  calibration_id integer not null references platspuls.calibration,
  measure text not null check (measure in ('forward', 'backward', 'presence', 'stays')),
  dark boolean,
  busy boolean,
  factor numeric not null check (factor > 0),
  low numeric not null check (low >= 0),
  high numeric not null,
  sessions integer not null check (sessions >= 6),
  hand numeric not null,
  machine numeric not null,
  -- How much a single session differs from the factor: a standard deviation, as a share of it.
  spread numeric not null,
  unique nulls not distinct (calibration_id, measure, dark, busy),
  check (low <= factor and factor <= high)
);

create table platspuls.calibration_used (
  calibration_id integer not null references platspuls.calibration,
  session_id integer not null references platspuls.calibration_session,
  primary key (calibration_id, session_id)
);
create index calibration_used_session on platspuls.calibration_used (session_id);
