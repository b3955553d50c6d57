delete from platspuls.site_hours
where site_id = (select site_id from platspuls.site where key = %(site)s)
  and kind = %(kind)s
  and valid_from = %(valid_from)s
  and opens = %(opens)s::time
  and weekday = any (string_to_array(%(weekdays)s, ',')::smallint[])
