-- needs: reading.line_profile_expected, reading.profile_bucket, reading.profile_cells, reading.sum_cells
-- How long each sum of a profile (p_of, part: as reading.flow_profile_slots has them) should have been watched in each slot;
-- of a line its own time, of other sums the time in which at least one of their main lines was commissioned.
create function reading.flow_profile_expected(
  p_site text, p_of text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text, p_parts text[], p_whole boolean,
  p_days text
)
returns table (part text, group_number integer, slot integer, expected_ms bigint, partial boolean)
language sql stable
begin atomic
  with cell as materialized (
    select * from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell where cell.slot > 0
  )
  select sum_cell.part, cell.group_number, cell.slot, sum(sum_cell.expected_ms)::bigint, bool_or(cell.partial)
  from reading.sum_cells(p_site, p_of, reading.profile_bucket(p_by), p_from, p_to, p_hours) as sum_cell
    join cell on cell.start_utc = sum_cell.start_utc
  where p_parts is null or p_of = 'site' or sum_cell.part = any (p_parts)
  group by sum_cell.part, cell.group_number, cell.slot
  union all
  select slot.line, slot.group_number, slot.slot, slot.expected_ms, slot.partial
  from reading.line_profile_expected(p_site, p_by, p_from, p_to, p_hours, p_parts, p_whole, p_days) as slot
  where p_of = 'line';
end;
