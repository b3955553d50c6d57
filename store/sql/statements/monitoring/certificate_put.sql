insert into platspuls.certificate (path, names, ends_at)
values (%(path)s, %(names)s, %(ends_at)s)
on conflict (path) do update set names = excluded.names, ends_at = excluded.ends_at, noted_at = now()
