select profile.part as space, space.name_sv, space.name_en,
  time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial, days, days_expected, spread_days,
  inward, outward, gross_inward, gross_outward,
  inward_per_hour, outward_per_hour,
  inward_per_hour_sd, inward_per_hour_q1,
  inward_per_hour_median, inward_per_hour_q3,
  outward_per_hour_sd, outward_per_hour_q1,
  outward_per_hour_median, outward_per_hour_q3,
  observed_ms, expected_ms, coverage, missing, estimate
from reading.flow_profile(
    %(site)s, 'space', %(by)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[], %(whole)s, %(days)s
  ) as profile
  join reading.space on space.site = %(site)s and space.space = profile.part
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.part collate "C", profile.group_number
