select cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset, entries, exits, entries - exits as difference,
  gross_entries, gross_exits, coverage, missing, estimate
from reading.site_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s) as flow
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
order by flow.start_utc
