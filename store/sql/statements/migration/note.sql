insert into public.platspuls_migration (number, name, sha256) values (%s, %s, %s)
