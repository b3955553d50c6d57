select flow.line, line.name_sv, line.name_en, line.role, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  round(forward, 1) as forward, round(forward_low, 1) as forward_low, round(forward_high, 1) as forward_high,
  round(backward, 1) as backward, round(backward_low, 1) as backward_low, round(backward_high, 1) as backward_high,
  raw_forward, raw_backward, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags,
  numbers, corrected_ms, corrected_by::text[] as corrected_by, excluded_ms
from reading.corrected_line_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.line on line.site = %(site)s and line.line = flow.line
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.line collate "C", flow.start_utc
