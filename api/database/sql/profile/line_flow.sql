select profile.part as line, line.name_sv, line.name_en, line.role,
  time_group.weekday, time_group.hour, time_group.day_type, time_group.month,
  partial, days, days_expected, spread_days,
  inward as forward, outward as backward, gross_inward as gross_forward, gross_outward as gross_backward,
  inward_per_hour as forward_per_hour, outward_per_hour as backward_per_hour,
  inward_per_hour_sd as forward_per_hour_sd, inward_per_hour_q1 as forward_per_hour_q1,
  inward_per_hour_median as forward_per_hour_median, inward_per_hour_q3 as forward_per_hour_q3,
  outward_per_hour_sd as backward_per_hour_sd, outward_per_hour_q1 as backward_per_hour_q1,
  outward_per_hour_median as backward_per_hour_median, outward_per_hour_q3 as backward_per_hour_q3,
  observed_ms, expected_ms, coverage, case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.flow_profile(
    %(site)s, 'line', %(by)s, %(from_utc)s, %(to_utc)s, %(hours)s, %(only)s::text[], %(whole)s, %(days)s
  ) as profile
  join reading.line on line.site = %(site)s and line.line = profile.part
  cross join lateral reading.profile_group(%(by)s, profile.group_number) as time_group
order by profile.part collate "C", profile.group_number
