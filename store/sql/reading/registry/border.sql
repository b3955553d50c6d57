-- from_space and to_space are keys of spaces; null is outside. Forward over its lines is from -> to.
create view reading.border as
select
  site.key as site,
  border.key as border,
  border.name_sv,
  border.name_en,
  origin.key as from_space,
  destination.key as to_space
from platspuls.border
join platspuls.site using (site_id)
left join platspuls.space as origin on origin.space_id = from_space_id
left join platspuls.space as destination on destination.space_id = to_space_id;
