select time_zone from reading.site where site = %(site)s
