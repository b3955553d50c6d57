-- What tells an ingest that was killed from one that ended as it should, and what it was doing then.

-- One row a running ingest, gone when it ends as it should. The run holds the advisory lock (7238202, run_id) for as long
-- as it is connected: a row whose lock can be had is of a run that ended otherwise. trying: what it is about to store,
-- written only while it is careful; the marks of platspuls.suspect.
create table platspuls.ingest_run (
  run_id integer generated always as identity primary key,
  started_at timestamptz not null default now(),
  trying text[] not null default '{}'
);

-- alone: how often ingest was killed while it stored this and nothing else.
alter table platspuls.suspect add column alone integer not null default 0;
