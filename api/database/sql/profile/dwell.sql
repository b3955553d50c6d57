select profile.zone, zone.name_sv, zone.name_en,
  time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial, days, days_expected, spread_days,
  %(threshold_s)s::integer as threshold_s, entered, complete, cut, fragment, stays, stays_low, stays_high, wide, share,
  median_s, p75_s, p90_s, entered_per_hour, stays_per_hour,
  entered_per_hour_sd, entered_per_hour_q1, entered_per_hour_median, entered_per_hour_q3,
  share_sd, share_q1, share_median, share_q3,
  observed_ms, expected_ms, coverage, case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.zone_dwell_profile(
    %(site)s, %(by)s, %(from_utc)s, %(to_utc)s, %(threshold_s)s, %(hours)s, %(only)s::text[], %(whole)s, %(days)s
  ) as profile
  join reading.zone on zone.site = %(site)s and zone.zone = profile.zone
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.zone collate "C", profile.group_number
