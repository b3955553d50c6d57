select flow.zone, zone.name_sv, zone.name_en, start_utc, end_utc, start_local, utc_offset_s as utc_offset,
  entries, appeared, exits, lost, presence_s, presence_hours, occupancy_mean, occupancy_max,
  observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as flow
  join reading.zone on zone.site = %(site)s and zone.zone = flow.zone
where %(zone)s::text is null or flow.zone = %(zone)s
order by flow.zone, start_utc
