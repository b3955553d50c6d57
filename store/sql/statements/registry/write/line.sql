insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
select site_id, border_id, %(key)s, %(name_sv)s, %(name_en)s, %(role)s, %(commissioned)s::tstzmultirange
from platspuls.site
join platspuls.border using (site_id)
where site.key = %(site)s and border.key = %(border)s
on conflict (site_id, key) do update
set border_id = excluded.border_id,
  name_sv = excluded.name_sv,
  name_en = excluded.name_en,
  role = excluded.role,
  commissioned = excluded.commissioned
