insert into platspuls.size_limit (bytes) values (%(bytes)s)
on conflict (one) do update set bytes = excluded.bytes
