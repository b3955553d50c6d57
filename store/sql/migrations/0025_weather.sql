-- The weather at a site, imported from a weather station's file: temperature at a moment, and the precipitation of the hour
-- that ends then.
create table platspuls.weather (
  site_id integer not null references platspuls.site,
  measure text not null check (measure in ('temperature_c', 'precipitation_mm')),
  at timestamptz not null,
  value double precision not null,
  primary key (site_id, measure, at)
);
