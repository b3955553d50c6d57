select true as has
where exists (select from reading.site_hours where site = %(site)s and kind = %(kind)s)
  or exists (select from reading.site_exception where site = %(site)s and kind = %(kind)s)
