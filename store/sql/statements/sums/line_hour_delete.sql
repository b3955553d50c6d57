delete from platspuls.line_hour where line_id = any(%(parts)s) and start >= %(from)s and start < %(to)s
