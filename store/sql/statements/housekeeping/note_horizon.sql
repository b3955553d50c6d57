insert into platspuls.forgotten as known (before) values (%(before)s)
on conflict (one) do update set before = greatest(known.before, excluded.before)
