select occupied.space, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial, occupancy, occupancy_low, occupancy_high, refused_for, observed_ms, expected_ms
from reading.space_occupancy(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(only)s::text[]) as occupied
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = occupied.start_utc
where not (%(whole)s and cell.partial)
order by occupied.space collate "C", occupied.start_utc
