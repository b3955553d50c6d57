-- Whoever releases says that it may be tried again: what it did before is forgotten.
delete from platspuls.suspect where mark = %(mark)s
