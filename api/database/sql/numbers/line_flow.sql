select flow.line, line.name_sv, line.name_en, line.role, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  forward, backward, gross_forward, gross_backward, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.line_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join (
    select line, name_sv, name_en, role, row_number() over (order by line collate "C") as place
    from reading.line where site = %(site)s
  ) as line on line.line = flow.line
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by line.place * 4294967296 + cell.number  -- one number is sorted in half the time
