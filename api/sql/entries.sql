-- What people wrote of one kind, newest first, from after a cursor. An entry is in [from, to) when it has some of it.
select told, at, entry_id
from reading.entry
where site = %(site)s
  and entity = %(entity)s
  and (%(id)s::integer is null or entry_id = %(id)s)
  and (%(kind)s::text is null or kind = %(kind)s)
  and (%(from_utc)s::timestamptz is null or until > %(from_utc)s or at >= %(from_utc)s)
  and (%(to_utc)s::timestamptz is null or at < %(to_utc)s)
  and (%(cursor_at)s::timestamptz is null or (at, entry_id) < (%(cursor_at)s, %(cursor_id)s::integer))
order by at desc, entry_id desc
limit %(limit)s
