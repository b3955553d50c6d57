-- Whether sums may be made now. Nobody else makes any until the transaction ends; and no ingest is connected that has been
-- since before there were sums: it would store what comes late without taking it out of them.
select pg_try_advisory_xact_lock(7238202) and not exists (
  select
  from pg_catalog.pg_stat_activity
  join public.platspuls_migration on backend_start < applied_at
  where datname = current_database() and application_name = 'platspuls ingest' and number = 22
)
