select flow.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  round(presence_s, 1) as presence_s, round(presence_s / 3600, 3) as presence_hours,
  round(presence_s_low / 3600, 3) as presence_hours_low, round(presence_s_high / 3600, 3) as presence_hours_high,
  round(presence_s * 1000 / nullif(observed_ms, 0), 3) as occupancy_mean, raw_presence_s,
  observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags,
  numbers, corrected_ms, corrected_by::text[] as corrected_by, excluded_ms
from reading.corrected_zone_flow(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.zone on zone.site = %(site)s and zone.zone = flow.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.zone collate "C", flow.start_utc
