delete from platspuls.zone_hour where zone_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
