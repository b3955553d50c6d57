delete from platspuls.site_exception
where site_id = (select site_id from platspuls.site where key = %(site)s) and kind = %(kind)s and day = %(day)s
