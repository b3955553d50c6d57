-- Notes what is about to be stored. The commit isn't waited for: what a power cut takes away is no fault of a record.
with unhurried as (select set_config('synchronous_commit', 'off', true))
update platspuls.ingest_run set trying = %(marks)s::text[] from unhurried where run_id = %(run)s
