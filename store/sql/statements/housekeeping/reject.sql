-- That their numbers were rejected stays in the delivery for ever.
delete from platspuls.reject
where reject_id = any (array(select reject_id from platspuls.reject where last_at < %(before)s limit 20000))
