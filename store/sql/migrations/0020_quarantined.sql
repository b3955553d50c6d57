-- What made ingest fail while everything else was stored: held, with what came, until a person releases or rejects it.
-- Nothing here is ever tidied away. mark: what it is known again by, device, epoch and number of a record, or topic and
-- hash of a message that can't be read. payload is null where nothing of it may be kept.
create table platspuls.quarantined (
  quarantined_id bigint generated always as identity primary key,
  mark text not null unique,
  topic text not null,
  site_key text,
  device_key text,
  epoch text,
  seq bigint,
  reason text not null,
  payload bytea,
  payload_sha256 text not null,
  payload_bytes integer not null,
  state text not null default 'waiting' check (state in ('waiting', 'released', 'rejected')),
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  times bigint not null default 1,
  decided_at timestamptz,
  decided_by text,
  decision text
);

create index quarantined_since on platspuls.quarantined (first_at);
