select flow.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  entries, appeared, exits, lost, presence_s, presence_hours, occupancy_mean, occupancy_max,
  observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join (
    select zone, name_sv, name_en, row_number() over (order by zone collate "C") as place
    from reading.zone where site = %(site)s
  ) as zone on zone.zone = flow.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by zone.place * 4294967296 + cell.number  -- one number is sorted in half the time
