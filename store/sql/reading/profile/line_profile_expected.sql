-- needs: reading.commissioned_ms, reading.profile_cells, reading.line_times
-- How long each line should have been watched in each slot of a profile (reading.profile_cells), and what the slot is of.
-- partial: a bucket of it is.
create function reading.line_profile_expected(
  p_site text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text, p_lines text[], p_whole boolean,
  p_days text
)
returns table (line_id integer, line text, slot integer, group_number integer, expected_ms bigint, partial boolean)
language sql stable
begin atomic
  with cell as materialized (
    select * from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell where cell.slot > 0
  )
  select place.line_id, place.line, cell.slot, cell.group_number,
    sum(case
      when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
      else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
    end)::bigint,
    bool_or(cell.partial)
  from reading.line_times(p_site, p_from, p_to, p_hours, p_lines) as place
    cross join cell
  group by place.line_id, place.line, cell.slot, cell.group_number;
end;
