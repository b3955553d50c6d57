-- How much was kept by day; what was refused beyond it is kept as long as rejects are.
delete from platspuls.day_count where day < %(before)s::date
