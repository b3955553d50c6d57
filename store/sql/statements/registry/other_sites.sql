select key from platspuls.site where key <> %(site)s order by key
