-- With what it showed live, which is no fact.
with gone as (
  delete from platspuls.zone
  where site_id = (select site_id from platspuls.site where key = %(site)s) and key = %(key)s
  returning zone_id
)
delete from platspuls.live_zone using gone where live_zone.zone_id = gone.zone_id
