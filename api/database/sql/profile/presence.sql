select profile.zone, zone.name_sv, zone.name_en,
  time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial, days, days_expected, spread_days,
  entries, appeared, exits, lost, presence_s, presence_hours, occupancy_mean, occupancy_max, entries_per_hour,
  entries_per_hour_sd, entries_per_hour_q1, entries_per_hour_median, entries_per_hour_q3,
  occupancy_mean_sd, occupancy_mean_q1, occupancy_mean_median, occupancy_mean_q3,
  observed_ms, expected_ms, coverage, case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_flow_profile(
    %(site)s, %(by)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[], %(whole)s, %(days)s
  ) as profile
  join reading.zone on zone.site = %(site)s and zone.zone = profile.zone
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.zone collate "C", profile.group_number
