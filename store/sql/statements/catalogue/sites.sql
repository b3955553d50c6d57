select key from platspuls.site
