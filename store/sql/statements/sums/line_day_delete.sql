delete from platspuls.line_day where line_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
