select dwell.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  cell.partial,
  threshold_s, entered, complete, cut, fragment, stays, stays_low, stays_high, wide, share,
  median_s, p75_s, p90_s, presence_s, round(presence_s / 3600.0, 3) as presence_hours, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_dwell(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(threshold_s)s, %(hours)s, %(only)s::text[]
  ) as dwell
  join (
    select zone, name_sv, name_en, row_number() over (order by zone collate "C") as place
    from reading.zone where site = %(site)s
  ) as zone on zone.zone = dwell.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = dwell.start_utc
where not (%(whole)s and cell.partial)
order by zone.place * 4294967296 + cell.number  -- one number is sorted in half the time
