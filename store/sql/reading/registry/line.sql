-- commissioned: when the line was meant to be watched. line_id joins line_quarter; it means nothing outside this database.
create view reading.line as
select
  site.key as site,
  line.key as line,
  line.name_sv,
  line.name_en,
  border.key as border,
  role,
  commissioned,
  origin.key as from_space,
  destination.key as to_space,
  line_id
from platspuls.line
join platspuls.site using (site_id)
join platspuls.border using (border_id)
left join platspuls.space as origin on origin.space_id = from_space_id
left join platspuls.space as destination on destination.space_id = to_space_id;
