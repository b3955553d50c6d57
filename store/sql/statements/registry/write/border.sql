insert into platspuls.border (site_id, key, name_sv, name_en, from_space_id, to_space_id)
select
  site_id,
  %(key)s,
  %(name_sv)s,
  %(name_en)s,
  (select space_id from platspuls.space where space.site_id = site.site_id and space.key = %(from_space)s),
  (select space_id from platspuls.space where space.site_id = site.site_id and space.key = %(to_space)s)
from platspuls.site
where key = %(site)s
on conflict (site_id, key) do update
set name_sv = excluded.name_sv,
  name_en = excluded.name_en,
  from_space_id = excluded.from_space_id,
  to_space_id = excluded.to_space_id
