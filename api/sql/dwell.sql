select dwell.zone, zone.name_sv, zone.name_en, start_utc, end_utc, start_local, utc_offset_s as utc_offset,
  threshold_s, entered, complete, cut, fragment, stays, stays_low, stays_high, refused, share,
  median_s, p75_s, p90_s, presence_s, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_dwell(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s, %(threshold_s)s) as dwell
  join reading.zone on zone.site = %(site)s and zone.zone = dwell.zone
where %(zone)s::text is null or dwell.zone = %(zone)s
order by dwell.zone, start_utc
