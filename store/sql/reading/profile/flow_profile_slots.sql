-- needs: reading.line, reading.line_parts, reading.line_profile_expected, reading.profile_bucket, reading.profile_cells
-- needs: reading.sum_lines
-- The crossings of each line in each slot of a profile (reading.profile_cells), for each sum that it is part of: p_of is
-- site, space or border, whose main lines are added (reading.sum_lines), or line, where each line is a sum by itself. inward of a
-- line or border is forward.
create function reading.flow_profile_slots(
  p_site text, p_of text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text, p_parts text[], p_whole boolean,
  p_days text
)
returns table (
  part text, line text, group_number integer, slot integer, inward bigint, outward bigint, gross_inward bigint,
  gross_outward bigint, observed_ms bigint, expected_ms bigint, flags integer, partial boolean
)
language sql stable
begin atomic
  with member as (
    select sum_line.part, sum_line.line, sum_line.forward_in
    from reading.sum_lines(p_site, p_of) as sum_line
    where p_parts is null or p_of = 'site' or sum_line.part = any (p_parts)
    union all
    select line.line, line.line, true
    from reading.line
    where p_of = 'line' and line.site = p_site and (p_parts is null or line.line = any (p_parts))
  ),
  asked as materialized (
    select coalesce((select array_agg(distinct member.line) from member), '{}') as lines,
      array_agg(cell.slot order by cell.n) as slots, array_agg(cell.start_utc order by cell.n) as starts
    from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell
  ),
  counted as (
    select part.line_id, asked.slots[width_bucket(part.start, asked.starts)] as slot,
      sum(part.forward)::bigint as forward, sum(part.backward)::bigint as backward,
      sum(part.gross_forward)::bigint as gross_forward, sum(part.gross_backward)::bigint as gross_backward,
      sum(part.observed_ms)::bigint as observed_ms, bit_or(part.flags) as flags
    from asked
      cross join lateral reading.line_parts(
        p_site, reading.profile_bucket(p_by), p_from, p_to, p_hours, asked.lines
      ) as part
    group by 1, 2
  ),
  slot as (
    select slot.*
    from asked
      cross join lateral reading.line_profile_expected(
        p_site, p_by, p_from, p_to, p_hours, asked.lines, p_whole, p_days
      ) as slot
  )
  select member.part, member.line, slot.group_number, slot.slot,
    case when member.forward_in then counted.forward else counted.backward end,
    case when member.forward_in then counted.backward else counted.forward end,
    case when member.forward_in then counted.gross_forward else counted.gross_backward end,
    case when member.forward_in then counted.gross_backward else counted.gross_forward end,
    coalesce(counted.observed_ms, 0), slot.expected_ms, coalesce(counted.flags, 0), slot.partial
  from member
    join slot on slot.line = member.line
    left join counted on counted.line_id = slot.line_id and counted.slot = slot.slot;
end;
