-- One `site apply` at a time, and no facts while it looks: storing a fact needs the row of its line or zone.
select
  (select count(*) from (select from platspuls.site where key = %(site)s for update) as locked),
  (
    select count(*)
    from (
      select from platspuls.line
      where site_id = (select site_id from platspuls.site where key = %(site)s)
      order by line_id
      for update
    ) as locked
  ),
  (
    select count(*)
    from (
      select from platspuls.zone
      where site_id = (select site_id from platspuls.site where key = %(site)s)
      order by zone_id
      for update
    ) as locked
  ),
  (
    select count(*)
    from (
      select from platspuls.device
      where site_id = (select site_id from platspuls.site where key = %(site)s)
      order by device_id
      for update
    ) as locked
  )
