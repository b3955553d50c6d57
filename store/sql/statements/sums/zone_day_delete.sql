delete from platspuls.zone_day where zone_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
