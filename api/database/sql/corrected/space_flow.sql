select space.space, space.name_sv, space.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  round(inward, 1) as inward, round(inward_low, 1) as inward_low, round(inward_high, 1) as inward_high,
  round(outward, 1) as outward, round(outward_low, 1) as outward_low, round(outward_high, 1) as outward_high,
  raw_inward, raw_outward, observed_ms, expected_ms, coverage, missing, estimate, numbers,
  corrected_by::text[] as corrected_by
from reading.corrected_sums(
    %(site)s, 'space', %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.space on space.site = %(site)s and space.space = flow.part
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.part collate "C", flow.start_utc
