-- Who imported which file of weather when, and the values that it took the place of. What was imported before has none.
create table platspuls.weather_import (
  weather_import_id integer generated always as identity primary key,
  site_id integer not null references platspuls.site,
  measure text not null check (measure in ('temperature_c', 'precipitation_mm')),
  file_name text not null,
  imported_at timestamptz not null default now(),
  imported_by text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  added integer not null check (added >= 0),
  replaced integer not null check (replaced >= 0),
  check (first_at <= last_at)
);
create index weather_import_site on platspuls.weather_import (site_id);

-- A value as it was before an import replaced it.
create table platspuls.weather_replaced (
  weather_import_id integer not null references platspuls.weather_import,
  at timestamptz not null,
  value double precision not null,
  primary key (weather_import_id, at)
);
