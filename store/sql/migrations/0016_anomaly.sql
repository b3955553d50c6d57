-- What the rules found unusual (reading.anomalies_in), and what a person answered. The job that looks writes the first,
-- the command anomaly_answer the second; each version of an answer stands in the audit.
create table platspuls.anomaly (
  anomaly_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  rule text not null
    check (rule in ('zero_run', 'spike', 'imbalance', 'stuck', 'clock', 'blocked', 'dark', 'moved')),
  line_id integer references platspuls.line,
  zone_id integer references platspuls.zone,
  space_id integer references platspuls.space,
  device_id integer references platspuls.device,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  measured numeric,
  usual numeric,
  found_at timestamptz not null default now(),
  looked_at timestamptz not null default now(),
  -- When a later look no longer found it.
  gone_at timestamptz,
  check (ends_at > starts_at),
  check (num_nonnulls(line_id, zone_id, space_id, device_id) = 1)
);
create index anomaly_time on platspuls.anomaly (site_id, rule, starts_at);

-- starts_at and ends_at: what it was about. An anomaly that has grown since is open again.
create table platspuls.anomaly_answer (
  anomaly_id integer primary key references platspuls.anomaly,
  version integer not null,
  answer text not null check (answer in ('accept', 'exclude', 'explain')),
  reason text,
  result_seen boolean,
  exclusion_id integer references platspuls.exclusion,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  written_at timestamptz not null,
  written_by text not null,
  check (answer = 'accept' or reason is not null),
  check ((answer = 'exclude') = (exclusion_id is not null))
);
