-- Forgets what is stored by now, and what hasn't come again for a week.
delete from platspuls.suspect where mark = any(%(marks)s) or last_at < now() - interval '7 days'
