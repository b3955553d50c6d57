-- Registers a run, or registers it again after its connection broke, and holds its lock on this connection. Where the
-- broken one still holds it, that is as good.
with run as (
  insert into platspuls.ingest_run (run_id) overriding system value
  values (coalesce(%(run)s::integer, nextval(pg_get_serial_sequence('platspuls.ingest_run', 'run_id'))))
  on conflict (run_id) do update set trying = '{}'
  returning run_id
)
select run_id, pg_try_advisory_lock(7238202, run_id) from run
