insert into platspuls.space (site_id, key, name_sv, name_en)
select site_id, %(key)s, %(name_sv)s, %(name_en)s from platspuls.site where key = %(site)s
on conflict (site_id, key) do update set name_sv = excluded.name_sv, name_en = excluded.name_en
