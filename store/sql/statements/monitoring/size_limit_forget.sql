delete from platspuls.size_limit
