delete from platspuls.held where last_at < %(before)s
