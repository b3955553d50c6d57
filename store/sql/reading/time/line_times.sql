-- needs: reading.line, reading.open_time
-- The lines asked for (null: all of the site), and when their quarter-hours count: commissioned, and in the hours asked
-- for. whole: commissioned during all of [p_from, p_to), so that expected time needs no look at ranges. always: all
-- quarter-hours of it count.
create function reading.line_times(p_site text, p_from timestamptz, p_to timestamptz, p_hours text, p_lines text[])
returns table (
  line_id integer, line text, commissioned tstzmultirange, counted tstzmultirange, whole boolean, always boolean
)
language sql stable
begin atomic
  select place.line_id, place.line, place.commissioned, place.commissioned * asked.open,
    place.commissioned @> asked.during, place.commissioned * asked.open @> asked.during
  from reading.line as place
    cross join (
      select reading.open_time(p_site, p_hours, p_from, p_to) as open, tstzrange(p_from, greatest(p_from, p_to)) as during
      offset 0
    ) as asked
  where place.site = p_site and (p_lines is null or place.line = any (p_lines));
end;
