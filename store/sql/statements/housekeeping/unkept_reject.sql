delete from platspuls.unkept_reject where last_at < %(before)s
