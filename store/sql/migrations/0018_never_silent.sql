-- What keeps anything counted from disappearing, or from being wrong, unseen: forks of epochs, clocks that are ahead, and
-- bounds by device and day.

-- An epoch has forked when a number of it came again with other contents than what is kept of it: an older copy of the
-- outbox was put back, or it lost what it committed last. fork_seq is the first such number. disputed: the numbers that
-- messages named then and since; nothing of those messages is settled.
-- repeated: numbers whose facts are all kept under an epoch before it, word for word: the device sent them under both.
-- minor: the newest minor version of the wire in which records of the epoch came.
alter table platspuls.delivery
  add column forked_at timestamptz,
  add column fork_seq bigint,
  add column disputed int8multirange not null default '{}',
  add column repeated int8multirange not null default '{}',
  add column minor smallint;

-- What is kept of a record that comes again is found by its number.
create index conflict_record on platspuls.conflict (delivery_id, seq);
create index reject_record on platspuls.reject (epoch, seq) where seq is not null;

-- Records that ended later than they came: by how many seconds, and which numbers. Noted while they are held, and kept, so
-- that they are known for it when they are stored.
create table platspuls.ahead (
  delivery_id integer not null references platspuls.delivery,
  skew_s integer not null check (skew_s > 0),
  numbers int8multirange not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (delivery_id, skew_s)
);

-- The largest skew of the facts of a quarter-hour; no row where there is none.
create table platspuls.line_skew (
  line_id integer not null references platspuls.line,
  start timestamptz not null,
  skew_s integer not null check (skew_s > 0),
  primary key (line_id, start)
);

create table platspuls.zone_skew (
  zone_id integer not null references platspuls.zone,
  start timestamptz not null,
  skew_s integer not null check (skew_s > 0),
  primary key (zone_id, start)
);

-- How much a device made the store keep in a UTC day, by kind (what): rejects, facts in conflict, totals without a time.
-- '' stands for whoever is no known device, * for all together.
create table platspuls.day_count (
  day date not null,
  site_key text not null,
  device_key text not null,
  what text not null check (what in ('reject', 'conflict', 'unplaced')),
  kept bigint not null default 0,
  kept_bytes bigint not null default 0,
  primary key (day, site_key, device_key, what)
);

-- What was refused beyond a day's worth: counted by code, and nothing of it kept.
create table platspuls.unkept_reject (
  day date not null,
  site_key text not null,
  device_key text not null,
  code text not null,
  times bigint not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (day, site_key, device_key, code)
);

-- Epochs that wait, since their device made more of them known than it may in a day. Admitted in the order in which they
-- came first; one that isn't heard of any more stands in nobody's way.
create table platspuls.waiting_epoch (
  device_id integer not null references platspuls.device,
  epoch text not null,
  previous_epoch text,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (device_id, epoch)
);
