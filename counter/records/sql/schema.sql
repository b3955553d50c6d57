-- The outbox of one device, version 3. Times are UTC milliseconds since 1970.
-- `crc` is of the other columns and the table's name, as `counter/records/checksums.py` says; what it leaves out says so.
create table meta (
  one integer primary key check (one = 1),
  epoch text not null,
  previous_epoch text,
  created_ms integer not null,
  began_ms integer,                      -- capture time of the first observation of this epoch
  last_seq integer not null,             -- made so far
  records integer not null default 0,    -- kept now, by the triggers below; not in crc
  bytes integer not null default 0,      -- not in crc
  crc integer not null
) strict;

create table meta_copy (                 -- the epoch once more, on another page
  one integer primary key check (one = 1),
  epoch text not null,
  previous_epoch text,
  created_ms integer not null,
  began_ms integer,
  last_seq integer not null,
  crc integer not null
) strict;

create table record (
  seq integer primary key,
  kind text not null,
  start_ms integer not null,             -- 0: it has no time
  bytes blob not null,                   -- as it goes on the wire
  settled_ms integer,                    -- when a receipt covered it; null: not yet
  crc integer not null
) strict;

create index record_unsettled on record (seq) where settled_ms is null;
create index record_settled on record (settled_ms) where settled_ms is not null;

create table latest (
  kind text primary key,
  start_ms integer not null,             -- of the newest record ever made of this kind
  crc integer not null
) strict;

create table lost (
  first integer primary key,
  last integer not null check (last >= first),
  reason text not null,
  crc integer not null
) strict;

create table checkpoint (
  one integer primary key check (one = 1),
  fingerprint text not null,             -- of the geometry and setup that the state belongs to
  at_ms integer not null,
  uses integer not null default 0,       -- starts that began from it; not in crc
  state blob not null,
  crc integer not null
) strict;

-- What was counted while the clock wasn't known. Times are on a steady clock that belongs to one run of the computer.
create table boot (
  one integer primary key check (one = 1),
  boot_id text not null,
  clock_known integer not null,          -- 1: it was known once in this run; then there are no seconds
  about text not null,                   -- JSON: what the seconds belong to
  at_ms integer not null,                -- steady time of the last frame counted
  uses integer not null default 0,       -- starts that began from the state; not in crc
  state blob,                            -- of the tally, with nobody in view
  crc integer not null
) strict;

create table second (
  first integer primary key,             -- steady seconds [first, last], all with the same tally
  last integer not null check (last >= first),
  tally blob not null,
  crc integer not null
) strict;

create trigger record_in after insert on record
begin
  update meta set records = records + 1, bytes = bytes + length(new.bytes);
end;

create trigger record_out after delete on record
begin
  update meta set records = records - 1, bytes = bytes - length(old.bytes);
end;
