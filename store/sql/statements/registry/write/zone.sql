insert into platspuls.zone (
  site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned
)
select
  site_id,
  space_id,
  %(key)s,
  %(name_sv)s,
  %(name_en)s,
  %(covers_space)s,
  %(disjoint)s,
  %(stay_threshold_s)s,
  %(commissioned)s::tstzmultirange
from platspuls.site
join platspuls.space using (site_id)
where site.key = %(site)s and space.key = %(space)s
on conflict (site_id, key) do update
set space_id = excluded.space_id,
  name_sv = excluded.name_sv,
  name_en = excluded.name_en,
  covers_space = excluded.covers_space,
  disjoint = excluded.disjoint,
  stay_threshold_s = excluded.stay_threshold_s,
  commissioned = excluded.commissioned
