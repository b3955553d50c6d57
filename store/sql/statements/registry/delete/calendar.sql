delete from platspuls.site_calendar
where site_id = (select site_id from platspuls.site where key = %(site)s) and kind = %(kind)s
  and first_day = %(first_day)s
