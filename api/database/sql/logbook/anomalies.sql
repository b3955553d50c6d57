-- Newest first, from after a cursor. One is in [from, to) when it has some of it. Who answered: by name, or by pseudonym.
select anomaly_id, rule, line, zone, space, device, starts_at, ends_at, measured, usual, found_at, looked_at, gone_at,
  state, version, answer, reason, result_seen, exclusion_id, written_at,
  case when %(names)s::boolean then written_by else reading.author(written_by) end as written_by,
  excluded, activities
from reading.anomaly
where site = %(site)s
  and (%(id)s::integer is null or anomaly_id = %(id)s)
  and (%(state)s::text is null or state = %(state)s)
  and (%(rule)s::text is null or rule = %(rule)s)
  and (%(from_utc)s::timestamptz is null or ends_at > %(from_utc)s)
  and (%(to_utc)s::timestamptz is null or starts_at < %(to_utc)s)
  and (%(cursor_at)s::timestamptz is null or (starts_at, anomaly_id) < (%(cursor_at)s, %(cursor_id)s::integer))
order by starts_at desc, anomaly_id desc
limit %(limit)s
