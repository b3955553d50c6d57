select cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial, entries, exits, entries - exits as difference,
  gross_entries, gross_exits, observed_ms, expected_ms, coverage, missing, estimate
from reading.site_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s) as flow
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.start_utc
