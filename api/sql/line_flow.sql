select flow.line, line.name_sv, line.name_en, line.role, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  forward, backward, gross_forward, gross_backward, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.line_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.line on line.site = %(site)s and line.line = flow.line
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
order by flow.line collate "C", flow.start_utc
