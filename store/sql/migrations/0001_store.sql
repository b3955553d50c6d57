-- The store: places, devices, what was delivered, the facts and their quarter-hour aggregates.
-- Runs unchanged on PostgreSQL 17+ alone and on both editions of TimescaleDB (which adds its own step after this one).
create schema platspuls;

-- Places ---------------------------------------------------------------------------------------------------------

create table platspuls.site (
  site_id integer generated always as identity primary key,
  key text not null unique,
  name_sv text not null,
  name_en text not null,
  time_zone text not null,
  -- Rises with every change to the site, its parts or its devices; ingest reloads its catalogue when it does.
  version bigint not null default 1,
  -- The site file as it was applied last, so that `site apply` can show what would change.
  file_sha256 text not null
);

-- Weekly hours by date. weekday 1 is Monday. Hours after midnight belong to the next weekday's row.
create table platspuls.site_hours (
  site_id integer not null references platspuls.site,
  kind text not null check (kind in ('open', 'staffed')),
  valid_from date not null,
  valid_to date,
  weekday smallint not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null,
  primary key (site_id, kind, valid_from, weekday, opens),
  check (closes > opens),
  check (valid_to > valid_from)
);

-- A day with other hours than the week says; opens and closes null: closed all day.
create table platspuls.site_exception (
  site_id integer not null references platspuls.site,
  kind text not null check (kind in ('open', 'staffed')),
  day date not null,
  opens time,
  closes time,
  note text,
  primary key (site_id, kind, day),
  check ((opens is null) = (closes is null))
);

create table platspuls.space (
  space_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  key text not null,
  name_sv text not null,
  name_en text not null,
  unique (site_id, key)
);

-- A border joins two spaces, or a space and outside (null). Forward over its lines is from -> to.
create table platspuls.border (
  border_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  key text not null,
  name_sv text not null,
  name_en text not null,
  from_space_id integer references platspuls.space,
  to_space_id integer references platspuls.space,
  unique (site_id, key),
  check (from_space_id is distinct from to_space_id)
);

create table platspuls.line (
  line_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  border_id integer not null references platspuls.border,
  key text not null,
  name_sv text not null,
  name_en text not null,
  role text not null check (role in ('main', 'check')),
  -- When the line was meant to be watched: coverage is observed time over this.
  commissioned tstzmultirange not null,
  unique (site_id, key)
);

create table platspuls.zone (
  zone_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  space_id integer not null references platspuls.space,
  key text not null,
  name_sv text not null,
  name_en text not null,
  covers_space boolean not null,
  -- Declared not to overlap any other zone that declares the same: only those may be added.
  disjoint boolean not null,
  stay_threshold_s integer not null check (stay_threshold_s > 0),
  commissioned tstzmultirange not null,
  unique (site_id, key)
);

-- Devices --------------------------------------------------------------------------------------------------------

create table platspuls.device (
  device_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  key text not null,
  name_sv text not null,
  name_en text not null,
  unique (site_id, key)
);

create table platspuls.device_line (
  device_id integer not null references platspuls.device,
  line_id integer not null references platspuls.line,
  assigned tstzmultirange not null,
  primary key (device_id, line_id)
);

create table platspuls.device_zone (
  device_id integer not null references platspuls.device,
  zone_id integer not null references platspuls.zone,
  assigned tstzmultirange not null,
  primary key (device_id, zone_id)
);

-- A setup is known from the first record that names it.
create table platspuls.setup (
  setup_id integer generated always as identity primary key,
  device_id integer not null references platspuls.device,
  key text not null,
  first_heard_at timestamptz not null default now(),
  unique (device_id, key)
);

-- Delivery -------------------------------------------------------------------------------------------------------

-- The authority on what is settled: one row a device and epoch, kept for ever, locked before facts are touched. A small
-- table whose rows are updated with each batch: with room in their page, updates leave the indexes alone.
create table platspuls.delivery (
  delivery_id integer generated always as identity primary key,
  device_id integer not null references platspuls.device,
  epoch text not null,
  previous_epoch text,
  first_heard_at timestamptz not null default now(),
  last_heard_at timestamptz not null default now(),
  made bigint not null default 0,
  stored int8multirange not null default '{}',
  rejected int8multirange not null default '{}',
  lost int8multirange not null default '{}',
  unique (device_id, epoch)
) with (fillfactor = 30);

-- Refused for good. payload is null where nothing of the message may be kept (unknown fields, size). The same bytes
-- refused again only raise times: a device that repeats a broken message doesn't fill the disk.
create table platspuls.reject (
  reject_id bigint generated always as identity primary key,
  arrived_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  times bigint not null default 1,
  topic text not null,
  site_key text,
  device_key text,
  epoch text,
  seq bigint,
  code text not null,
  reason text not null,
  payload bytea,
  payload_sha256 text not null,
  payload_bytes integer not null,
  field_names text[] not null default '{}',
  unique nulls not distinct (topic, payload_sha256, code, epoch, seq)
);
create index reject_arrived on platspuls.reject (arrived_at);

-- What waits for its cause to be mended; one row a cause, not a message.
create table platspuls.held (
  site_key text not null,
  device_key text not null,
  cause text not null,
  detail text not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  times bigint not null default 1,
  primary key (site_key, device_key, cause, detail)
);

-- The same time told twice (another epoch, seq or period): kept and shown, never counted.
create table platspuls.conflict (
  conflict_id bigint generated always as identity primary key,
  kind text not null check (kind in ('line_flow', 'zone_flow', 'zone_dwell')),
  line_id integer references platspuls.line,
  zone_id integer references platspuls.zone,
  start timestamptz not null,
  period_s smallint not null,
  delivery_id integer not null references platspuls.delivery,
  seq bigint not null,
  fact jsonb not null,
  noticed_at timestamptz not null default now(),
  check ((line_id is null) = (kind <> 'line_flow')),
  check ((zone_id is null) = (kind = 'line_flow'))
);
create index conflict_start on platspuls.conflict (start);

-- Rises in the storing transaction: ETags, footers and fingerprints are made from it. day is a UTC day.
create table platspuls.data_version (
  device_id integer not null references platspuls.device,
  day date not null,
  version bigint not null default 1,
  primary key (device_id, day)
) with (fillfactor = 50);

-- Facts: insert-only, each knowing its record ---------------------------------------------------------------------

-- The facts of flows have no foreign key to their line or zone. The statement that stores a fact adds it to its
-- quarter-hour, which has that key and is kept for ever: a fact of an unknown line still fails, and a line that has told
-- anything still can't be deleted. But it is checked once a new quarter-hour instead of once a fact, where it was half of
-- what a fact cost the database (4 of 9 microseconds).

create table platspuls.line_flow (
  line_id integer not null,
  start timestamptz not null,
  period_s smallint not null,
  delivery_id integer not null,
  seq bigint not null,
  setup_id integer not null,
  forward integer not null,
  backward integer not null,
  gross_forward integer not null,
  gross_backward integer not null,
  observed_ms integer not null,
  flags integer not null,
  primary key (line_id, start)
);

create table platspuls.zone_flow (
  zone_id integer not null,
  start timestamptz not null,
  period_s smallint not null,
  delivery_id integer not null,
  seq bigint not null,
  setup_id integer not null,
  entries integer not null,
  appeared integer not null,
  exits integer not null,
  lost integer not null,
  presence_s integer not null,
  occupancy_max integer not null,
  observed_ms integer not null,
  flags integer not null,
  primary key (zone_id, start)
);

-- Always a quarter-hour, so fact and aggregate in one. One column a dwell bin (edges: ingest/wire/limits.py).
create table platspuls.zone_dwell (
  zone_id integer not null references platspuls.zone,
  start timestamptz not null,
  delivery_id integer not null,
  seq bigint not null,
  setup_id integer not null,
  complete_00 integer not null,
  complete_01 integer not null,
  complete_02 integer not null,
  complete_03 integer not null,
  complete_04 integer not null,
  complete_05 integer not null,
  complete_06 integer not null,
  complete_07 integer not null,
  complete_08 integer not null,
  complete_09 integer not null,
  complete_10 integer not null,
  complete_11 integer not null,
  complete_12 integer not null,
  complete_13 integer not null,
  complete_14 integer not null,
  complete_15 integer not null,
  complete_16 integer not null,
  complete_17 integer not null,
  complete_18 integer not null,
  complete_19 integer not null,
  complete_20 integer not null,
  complete_21 integer not null,
  complete_22 integer not null,
  complete_23 integer not null,
  complete_over_s bigint not null,
  cut_00 integer not null,
  cut_01 integer not null,
  cut_02 integer not null,
  cut_03 integer not null,
  cut_04 integer not null,
  cut_05 integer not null,
  cut_06 integer not null,
  cut_07 integer not null,
  cut_08 integer not null,
  cut_09 integer not null,
  cut_10 integer not null,
  cut_11 integer not null,
  cut_12 integer not null,
  cut_13 integer not null,
  cut_14 integer not null,
  cut_15 integer not null,
  cut_16 integer not null,
  cut_17 integer not null,
  cut_18 integer not null,
  cut_19 integer not null,
  cut_20 integer not null,
  cut_21 integer not null,
  cut_22 integer not null,
  cut_23 integer not null,
  cut_over_s bigint not null,
  fragment_00 integer not null,
  fragment_01 integer not null,
  fragment_02 integer not null,
  fragment_03 integer not null,
  fragment_04 integer not null,
  fragment_05 integer not null,
  fragment_06 integer not null,
  fragment_07 integer not null,
  fragment_08 integer not null,
  fragment_09 integer not null,
  fragment_10 integer not null,
  fragment_11 integer not null,
  fragment_12 integer not null,
  fragment_13 integer not null,
  fragment_14 integer not null,
  fragment_15 integer not null,
  fragment_16 integer not null,
  fragment_17 integer not null,
  fragment_18 integer not null,
  fragment_19 integer not null,
  fragment_20 integer not null,
  fragment_21 integer not null,
  fragment_22 integer not null,
  fragment_23 integer not null,
  fragment_over_s bigint not null,
  observed_ms integer not null,
  flags integer not null,
  primary key (zone_id, start)
);

-- Quarter-hour aggregates, kept by the writer in the transaction that stores the facts ----------------------------

-- minutes: bit n is set when minute n of the quarter is told by a stored fact. Two facts that tell the same minute
-- are a conflict, whatever their periods. A row is written once and updated up to fourteen times: with room in its page
-- an update leaves the index alone, and the room is used again (a third less work for a fact in the live form).
create table platspuls.line_quarter (
  line_id integer not null references platspuls.line,
  start timestamptz not null,
  setup_id integer not null,
  forward integer not null,
  backward integer not null,
  gross_forward integer not null,
  gross_backward integer not null,
  observed_ms integer not null,
  minutes integer not null,
  flags integer not null,
  primary key (line_id, start)
) with (fillfactor = 70);

create table platspuls.zone_quarter (
  zone_id integer not null references platspuls.zone,
  start timestamptz not null,
  setup_id integer not null,
  entries integer not null,
  appeared integer not null,
  exits integer not null,
  lost integer not null,
  presence_s integer not null,
  occupancy_max integer not null,
  observed_ms integer not null,
  minutes integer not null,
  flags integer not null,
  primary key (zone_id, start)
) with (fillfactor = 70);

-- Now: never facts -------------------------------------------------------------------------------------------------

create unlogged table platspuls.live_line (
  line_id integer primary key,
  device_id integer not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  start timestamptz not null,
  forward integer not null,
  backward integer not null
);

create unlogged table platspuls.live_zone (
  zone_id integer primary key,
  device_id integer not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  occupancy integer not null,
  staying integer not null,
  stay_s integer not null
);

create table platspuls.device_status (
  device_id integer primary key references platspuls.device,
  online boolean not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  epoch text,
  made bigint,
  outbox_records bigint,
  clock_known boolean,
  clock_offset_ms integer,
  frame_rate double precision,
  temperature_c double precision,
  setup text,
  counter_version text
) with (fillfactor = 30);
