-- Studies of a site and their phases: what retention must spare. Names, measures and all the rest of a study come with
-- the evaluation; this is what raw facts are kept by.
create table platspuls.study (
  study_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  key text not null,
  declared_at timestamptz not null default now(),
  unique (site_id, key)
);

-- A baseline or follow-up. Raw facts of the site from within it are kept until it is archived, and that comes after it was
-- closed.
create table platspuls.phase (
  phase_id integer generated always as identity primary key,
  study_id integer not null references platspuls.study,
  key text not null,
  during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
  closed_at timestamptz,
  archived_at timestamptz,
  unique (study_id, key),
  check (archived_at is null or closed_at is not null)
);
