delete from platspuls.device
where site_id = (select site_id from platspuls.site where key = %(site)s) and key = %(key)s
