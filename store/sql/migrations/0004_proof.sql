-- What proves to a person that everything was delivered, and what keeps one bad message from stopping the others.

-- A refused message or record may be stored after all, once the cause is mended. The reason it was refused for at
-- first stays; outcome_reason tells what came of the newest try. stored and repeat are final, the others aren't.
alter table platspuls.reject
  add column replayed_at timestamptz,
  add column replayed_by text,
  add column outcome text check (outcome in ('stored', 'repeat', 'refused', 'held')),
  add column outcome_reason text,
  add check ((replayed_at is null) = (outcome is null));

-- Since when something of what was heard of is neither stored nor rejected nor lost; null while nothing is.
alter table platspuls.delivery add column unsettled_since timestamptz;

-- What was being stored when ingest ended by a fault. It is stored alone at the next try, so that only the record that
-- brings the fault out stands back. mark names a record (site/device/epoch/seq) or a message (topic and hash).
create table platspuls.suspect (
  mark text primary key,
  crashes integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);

-- Raw flow facts that start before this time were dropped, or may have been: from then on quarter-hours can be
-- counted again. At most one row.
create table platspuls.forgotten (
  one boolean primary key default true check (one),
  before timestamptz not null
);
