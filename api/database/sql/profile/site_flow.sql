select time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial, days, days_expected, spread_days,
  inward as entries, outward as exits, gross_inward as gross_entries, gross_outward as gross_exits,
  inward_per_hour as entries_per_hour, outward_per_hour as exits_per_hour,
  inward_per_hour_sd as entries_per_hour_sd, inward_per_hour_q1 as entries_per_hour_q1,
  inward_per_hour_median as entries_per_hour_median, inward_per_hour_q3 as entries_per_hour_q3,
  outward_per_hour_sd as exits_per_hour_sd, outward_per_hour_q1 as exits_per_hour_q1,
  outward_per_hour_median as exits_per_hour_median, outward_per_hour_q3 as exits_per_hour_q3,
  observed_ms, expected_ms, coverage, missing, estimate
from reading.flow_profile(
    %(site)s, 'site', %(by)s, %(from_utc)s, %(to_utc)s, %(hours)s, null, %(whole)s, %(days)s
  ) as profile
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.group_number
