-- Whether there is a store, and which of our programs are connected to it.
select
  exists (select from pg_namespace where nspname in ('platspuls', 'reading', 'writing'))
    or to_regclass('public.platspuls_migration') is not null,
  (
    select coalesce(array_agg(distinct application_name::text), '{}')
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like 'platspuls%'
  )
