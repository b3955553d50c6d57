select pg_advisory_xact_lock(7238203, site_id) from platspuls.site where key = %(site)s
