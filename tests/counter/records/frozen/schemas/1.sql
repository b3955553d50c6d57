-- The outbox of one device. Times are UTC milliseconds since 1970.
create table meta (
  one integer primary key check (one = 1),
  epoch text not null,
  previous_epoch text,
  created_ms integer not null,
  began_ms integer,                      -- capture time of the first observation of this epoch
  last_seq integer not null default 0,   -- made so far
  records integer not null default 0,    -- kept now, by the triggers below
  bytes integer not null default 0,
  retired integer not null default 0     -- 1: the next start sets this file aside
) strict;

create table record (
  seq integer primary key,
  kind text not null,
  start_ms integer not null,             -- 0: it has no time
  bytes blob not null,                   -- as it goes on the wire
  settled_ms integer                     -- when a receipt covered it; null: not yet
) strict;

create index record_unsettled on record (seq) where settled_ms is null;
create index record_settled on record (settled_ms) where settled_ms is not null;

create table latest (
  kind text primary key,
  start_ms integer not null              -- of the newest record ever made of this kind
) strict;

create table lost (
  first integer primary key,
  last integer not null check (last >= first),
  reason text not null
) strict;

create table checkpoint (
  one integer primary key check (one = 1),
  fingerprint text not null,             -- of the geometry and setup that the state belongs to
  at_ms integer not null,
  uses integer not null default 0,       -- starts that began from it
  state blob not null
) strict;

create trigger record_in after insert on record
begin
  update meta set records = records + 1, bytes = bytes + length(new.bytes);
end;

create trigger record_out after delete on record
begin
  update meta set records = records - 1, bytes = bytes - length(old.bytes);
end;
