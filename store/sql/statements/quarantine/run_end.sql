delete from platspuls.ingest_run where run_id = %(run)s
