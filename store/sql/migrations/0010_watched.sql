-- What an operator tells the store so that it can be watched: SQL sees neither certificates nor disks.

-- When each certificate ends, as `platspuls tls note` last saw it. path is relative to the folder of credentials.
create table platspuls.certificate (
  path text primary key,
  names text[] not null,
  ends_at timestamptz not null,
  noted_at timestamptz not null default now()
);

-- How large the database may become (`platspuls db limit`). At most one row; none: nobody said.
create table platspuls.size_limit (
  one boolean primary key default true check (one),
  bytes bigint not null check (bytes > 0)
);
