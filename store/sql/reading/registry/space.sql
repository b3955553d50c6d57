-- closed: every border of the space has a main line. closed_during: when every border had one commissioned.
create view reading.space as
select
  site.key as site,
  space.key as space,
  space.name_sv,
  space.name_en,
  coalesce(around.closed, false) as closed,
  coalesce(around.closed_during, '{}') as closed_during
from platspuls.space
join platspuls.site using (site_id)
cross join lateral (
  select bool_and(watched.during is not null) as closed, range_intersect_agg(coalesce(watched.during, '{}')) as closed_during
  from platspuls.border
  cross join lateral (
    select range_agg(commissioned) as during from platspuls.line where line.border_id = border.border_id and role = 'main'
  ) as watched
  where space.space_id in (border.from_space_id, border.to_space_id)
) as around;
