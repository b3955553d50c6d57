select flow.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  entries, appeared, exits, lost, presence_s, presence_hours, occupancy_mean, occupancy_max,
  observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.zone on zone.site = %(site)s and zone.zone = flow.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
order by flow.zone collate "C", flow.start_utc
