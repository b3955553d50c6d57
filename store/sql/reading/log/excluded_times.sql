-- needs: reading.exclusion, reading.line, reading.zone
-- What people excluded of a line or zone (p_line or p_zone; the other is null): by itself, with a space of its, or with the
-- whole site.
create function reading.excluded_times(p_site text, p_line text, p_zone text) returns tstzmultirange
language sql stable
begin atomic
  select coalesce(range_agg(tstzrange(out_of.starts_at, out_of.ends_at)), '{}')
  from reading.exclusion as out_of
  where out_of.site = p_site
    and (
      coalesce(out_of.line, out_of.zone, out_of.space) is null
      or out_of.line = p_line
      or out_of.zone = p_zone
      or out_of.space in (
        select unnest(array[line.from_space, line.to_space])
        from reading.line
        where line.site = p_site and line.line = p_line
        union all
        select zone.space from reading.zone where zone.site = p_site and zone.zone = p_zone
      )
    );
end;
