select border.border, border.name_sv, border.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  round(inward, 1) as forward, round(inward_low, 1) as forward_low, round(inward_high, 1) as forward_high,
  round(outward, 1) as backward, round(outward_low, 1) as backward_low, round(outward_high, 1) as backward_high,
  raw_inward as raw_forward, raw_outward as raw_backward, observed_ms, expected_ms, coverage, missing, estimate, numbers,
  corrected_by::text[] as corrected_by
from reading.corrected_sums(
    %(site)s, 'border', %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.border on border.site = %(site)s and border.border = flow.part
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.part collate "C", flow.start_utc
