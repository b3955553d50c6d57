select told.space, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset, occupancy, occupancy_low,
  occupancy_high, refused_for
from reading.space_occupancy(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(only)s::text[]) as told
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = told.start_utc
order by told.space collate "C", told.start_utc
