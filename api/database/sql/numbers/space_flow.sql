select flow.space, space.name_sv, space.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  inward, outward, inward - outward as difference, gross_inward, gross_outward, observed_ms,
  expected_ms, coverage, missing, estimate
from reading.space_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.space on space.site = %(site)s and space.space = flow.space
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.space collate "C", flow.start_utc
