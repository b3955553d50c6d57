delete from platspuls.line_flow
where ctid = any (array(select ctid from platspuls.line_flow where start < %(before)s limit 20000))
