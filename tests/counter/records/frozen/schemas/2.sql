-- What was counted while the clock wasn't known. Times are on a steady clock that belongs to one run of the computer.
create table boot (
  one integer primary key check (one = 1),
  boot_id text not null,
  clock_known integer not null,          -- 1: it was known once in this run; then there are no seconds
  about text not null,                   -- JSON: what the seconds belong to
  at_ms integer not null,                -- steady time of the last frame counted
  uses integer not null default 0,       -- starts that began from the state
  state blob                             -- of the tally, with nobody in view
) strict;

create table second (
  first integer primary key,             -- steady seconds [first, last], all with the same tally
  last integer not null check (last >= first),
  tally blob not null
) strict;
