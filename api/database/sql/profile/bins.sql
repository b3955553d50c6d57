select profile.zone, zone.name_sv, zone.name_en,
  time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial,
  bin_from_s, bin_to_s, complete, cut, fragment,
  observed_ms, expected_ms, coverage, case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_dwell_bins(
    %(site)s, %(by)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[], %(whole)s, %(days)s
  ) as profile
  join reading.zone on zone.site = %(site)s and zone.zone = profile.zone
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.zone collate "C", profile.group_number, bin_from_s
