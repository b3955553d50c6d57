select changed_at, kind, action, part_kind, part, device, starts_at, ends_at, number, version
from reading.changes(
  %(site)s, %(since_utc)s, coalesce(%(from_utc)s::timestamptz, '-infinity'), coalesce(%(to_utc)s::timestamptz, 'infinity'),
  %(kinds)s::text[]
)
order by changed_at desc, kind, part_kind, part, starts_at, number
limit %(limit)s
