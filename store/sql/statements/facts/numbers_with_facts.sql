-- Which of these numbers of an epoch have facts anywhere. Reads all facts of the device's lines and zones: asked only of
-- numbers of which nothing stands where their record says.
select seq from platspuls.line_flow
where line_id = any (array(select line_id from platspuls.device_line where device_id = %(device)s))
  and delivery_id = %(delivery)s and seq = any (%(seqs)s::bigint[])
union
select seq from platspuls.zone_flow
where zone_id = any (array(select zone_id from platspuls.device_zone where device_id = %(device)s))
  and delivery_id = %(delivery)s and seq = any (%(seqs)s::bigint[])
union
select seq from platspuls.zone_dwell
where zone_id = any (array(select zone_id from platspuls.device_zone where device_id = %(device)s))
  and delivery_id = %(delivery)s and seq = any (%(seqs)s::bigint[])
