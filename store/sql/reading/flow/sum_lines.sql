-- needs: reading.line
-- The main lines that the sums of the site, its spaces or its borders (p_of: site, space or border) are made of. part is the
-- key of the space or border, empty of the site; forward_in: their forward is inward, of a border from its from_space to its
-- to_space.
create function reading.sum_lines(p_site text, p_of text)
returns table (part text, line text, commissioned tstzmultirange, forward_in boolean)
language sql stable
begin atomic
  select '', line.line, line.commissioned, line.from_space is null
  from reading.line
  where p_of = 'site' and line.site = p_site and line.role = 'main' and (line.from_space is null or line.to_space is null)
  union all
  select line.border, line.line, line.commissioned, true
  from reading.line
  where p_of = 'border' and line.site = p_site and line.role = 'main'
  union all
  select way.space, line.line, line.commissioned, way.forward_in
  from reading.line
    cross join lateral (values (line.to_space, true), (line.from_space, false)) as way (space, forward_in)
  where p_of = 'space' and line.site = p_site and line.role = 'main' and way.space is not null;
end;
