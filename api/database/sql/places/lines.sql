select line, jsonb_build_object('sv', name_sv, 'en', name_en) as name, border, role,
  (
    select coalesce(jsonb_agg(jsonb_build_object('from_utc', lower(part), 'to_utc', upper(part)) order by part), '[]')
    from unnest(commissioned) as part
  ) as commissioned
from reading.line
where site = %(site)s
order by line
