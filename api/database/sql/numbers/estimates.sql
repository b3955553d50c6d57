select estimate.line, line.name_sv, line.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  forward, backward, observed_ms, expected_ms, coverage, missing_ms, unfilled_ms, missing_forward, missing_forward_low,
  missing_forward_high, missing_backward, missing_backward_low, missing_backward_high, matches
from reading.line_estimate(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as estimate
  join reading.line on line.site = %(site)s and line.line = estimate.line
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = estimate.start_utc
where not (%(whole)s and cell.partial)
order by estimate.line collate "C", estimate.start_utc
