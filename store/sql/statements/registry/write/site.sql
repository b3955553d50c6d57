insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256)
values (%(key)s, %(name_sv)s, %(name_en)s, %(time_zone)s, %(file_sha256)s)
on conflict (key) do update
set name_sv = excluded.name_sv, name_en = excluded.name_en, time_zone = excluded.time_zone
