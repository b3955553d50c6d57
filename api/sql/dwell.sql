select dwell.zone, zone.name_sv, zone.name_en, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset,
  threshold_s, entered, complete, cut, fragment, stays, stays_low, stays_high, refused, share,
  median_s, p75_s, p90_s, presence_s, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_dwell(
    %(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(threshold_s)s, %(hours)s, %(only)s::text[]
  ) as dwell
  join reading.zone on zone.site = %(site)s and zone.zone = dwell.zone
  join reading.shown_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as cell on cell.at = dwell.start_utc
order by dwell.zone collate "C", dwell.start_utc
