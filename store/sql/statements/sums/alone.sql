-- Whether nobody else sums up now; until the transaction ends nobody else does.
select pg_try_advisory_xact_lock(7238202)
