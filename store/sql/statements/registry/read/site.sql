select key, name_sv, name_en, time_zone from platspuls.site where key = %(site)s
