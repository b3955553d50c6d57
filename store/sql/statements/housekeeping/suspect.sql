-- What was being stored at a crash and never came again.
delete from platspuls.suspect
where mark = any (array(select mark from platspuls.suspect where last_at < %(before)s limit 20000))
