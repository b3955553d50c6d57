delete from platspuls.zone_flow
where ctid = any (array(select ctid from platspuls.zone_flow where start < %(before)s limit 20000))
