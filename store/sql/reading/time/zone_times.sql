-- needs: reading.open_time, reading.zone
-- The zones asked for, as reading.line_times has the lines.
create function reading.zone_times(p_site text, p_from timestamptz, p_to timestamptz, p_hours text, p_zones text[])
returns table (
  zone_id integer, zone text, commissioned tstzmultirange, counted tstzmultirange, whole boolean, always boolean
)
language sql stable
begin atomic
  select place.zone_id, place.zone, place.commissioned, place.commissioned * asked.open,
    place.commissioned @> asked.during, place.commissioned * asked.open @> asked.during
  from reading.zone as place
    cross join (
      select reading.open_time(p_site, p_hours, p_from, p_to) as open, tstzrange(p_from, greatest(p_from, p_to)) as during
      offset 0
    ) as asked
  where place.site = p_site and (p_zones is null or place.zone = any (p_zones));
end;
