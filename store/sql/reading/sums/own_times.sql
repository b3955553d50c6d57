-- needs: reading.correction, reading.excluded_times
-- When it depends on each quarter-hour of a line or zone (the other's number and key are null) what corrected numbers make of
-- it: where corrections hold, which go by setup, light and crowd, and where something is excluded.
create function reading.own_times(p_site text, p_line_id integer, p_line text, p_zone_id integer, p_zone text)
returns tstzmultirange
language sql stable
begin atomic
  select coalesce(range_agg(correction.during), '{}') + reading.excluded_times(p_site, p_line, p_zone)
  from reading.correction
  where correction.line_id = p_line_id or correction.zone_id = p_zone_id;
end;
