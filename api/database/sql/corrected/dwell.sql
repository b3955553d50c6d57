select flow.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  threshold_s, entered, round(stays, 1) as stays, round(stays_low, 1) as stays_low, round(stays_high, 1) as stays_high,
  round(share, 4) as share, wide, raw_stays, raw_stays_low, raw_stays_high, raw_share, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags,
  numbers, corrected_ms, corrected_by::text[] as corrected_by, excluded_ms
from reading.corrected_zone_dwell(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(threshold_s)s, %(hours)s, %(only)s::text[]
  ) as flow
  join reading.zone on zone.site = %(site)s and zone.zone = flow.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = flow.start_utc
where not (%(whole)s and cell.partial)
order by flow.zone collate "C", flow.start_utc
