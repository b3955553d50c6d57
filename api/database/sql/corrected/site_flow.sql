select cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  round(inward, 1) as entries, round(inward_low, 1) as entries_low, round(inward_high, 1) as entries_high,
  round(outward, 1) as exits, round(outward_low, 1) as exits_low, round(outward_high, 1) as exits_high,
  raw_inward as raw_entries, raw_outward as raw_exits, observed_ms, expected_ms, coverage, missing, estimate, numbers,
  corrected_by::text[] as corrected_by
from reading.corrected_sums(%(site)s, 'site', %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s) as flow
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.start_utc
