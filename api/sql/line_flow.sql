select flow.line, line.name_sv, line.name_en, line.role, start_utc, end_utc, start_local, utc_offset_s as utc_offset,
  forward, backward, gross_forward, gross_backward, observed_ms, expected_ms, coverage,
  case when flags = 0 then '{}' else reading.flag_names(flags) end as flags
from reading.line_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as flow
  join reading.line on line.site = %(site)s and line.line = flow.line
order by flow.line, start_utc
