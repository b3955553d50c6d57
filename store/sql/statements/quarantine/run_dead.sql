-- Takes away the rows of runs that ended without saying so, and notes what they were about to store as suspect. Returns
-- how many there were.
with dead as (
  delete from platspuls.ingest_run
  where pg_try_advisory_xact_lock(7238202, run_id)
  returning trying
), noted as (
  insert into platspuls.suspect as suspect (mark, crashes, alone)
  select mark, count(*), count(*) filter (where cardinality(trying) = 1)
  from dead
  cross join unnest(trying) as mark
  group by mark
  order by mark
  on conflict (mark) do update set
    crashes = suspect.crashes + excluded.crashes,
    alone = suspect.alone + excluded.alone,
    last_at = now()
)
select count(*) from dead
