select flow.border, border.name_sv, border.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  forward, backward, forward - backward as difference, gross_forward, gross_backward, observed_ms,
  expected_ms, coverage, missing, estimate
from reading.border_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.border on border.site = %(site)s and border.border = flow.border
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.border collate "C", flow.start_utc
