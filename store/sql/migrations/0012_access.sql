-- Who may use the API: keys of programs, sessions of people. Secrets are never kept, only the SHA-256 of each: they are random
-- bits, so that a slow hash would protect nothing more. Rows are never deleted: once a key or session was made, the API
-- asks everybody who they are, also where all of them were revoked since.

create table platspuls.access_key (
  key_id integer generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  -- The part of a key that isn't secret: by it the row is found.
  prefix text not null unique check (prefix ~ '^[a-z2-7]{10}$'),
  secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
  role text not null check (role in ('public', 'staff', 'evaluator', 'funder', 'admin')),
  -- Null: all sites, those to come included.
  site_ids integer[] check (cardinality(site_ids) > 0),
  made_at timestamptz not null default now(),
  made_by text not null,
  expires_at timestamptz check (expires_at > made_at),
  revoked_at timestamptz,
  revoked_by text,
  -- To the hour: what is asked with a key is nobody's business.
  used_at timestamptz,
  check ((revoked_at is null) = (revoked_by is null))
);

-- A session begins with a code that is good once, and for minutes. Until then it has no secret.
create table platspuls.access_session (
  session_id integer generated always as identity primary key,
  name text not null check (name ~ '^[^[:cntrl:]]{1,40}$'),
  role text not null check (role in ('public', 'staff', 'evaluator', 'funder', 'admin')),
  site_ids integer[] check (cardinality(site_ids) > 0),
  made_at timestamptz not null default now(),
  made_by text not null,
  code_sha256 bytea not null unique check (octet_length(code_sha256) = 32),
  code_expires_at timestamptz not null check (code_expires_at <= made_at + interval '1 day'),
  lifetime interval not null check (lifetime > interval '0' and lifetime <= interval '366 days'),
  begun_at timestamptz,
  prefix text unique check (prefix ~ '^[a-z2-7]{10}$'),
  secret_sha256 bytea check (octet_length(secret_sha256) = 32),
  expires_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  used_at timestamptz,
  check (num_nulls(begun_at, prefix, secret_sha256, expires_at) in (0, 4)),
  check ((ended_at is null) = (ended_by is null))
);
