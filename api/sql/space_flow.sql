select flow.space, space.name_sv, space.name_en, start_utc, end_utc, start_local, utc_offset_s as utc_offset,
  inward, outward, coverage, missing, estimate
from reading.space_flow(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as flow
  join reading.space on space.site = %(site)s and space.space = flow.space
order by flow.space, start_utc
