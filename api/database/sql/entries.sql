-- What people wrote of one kind, newest first, from after a cursor. An entry is in [from, to) when it has some of it. Whole
-- entries are made of those on the page alone.
select told, at, entry_id
from (
  select entry_id, at
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
) as page
cross join lateral (
  select told
  from reading.entry
  where site = %(site)s and entity = %(entity)s and entry.entry_id = page.entry_id
  limit 1 -- it is one: said so, each is looked up by its number
) as whole
order by at desc, entry_id desc
