-- What people wrote of one kind, newest first, from after a cursor. A log record is in [from, to) when it has some of it.
-- Whole records are made of those on the page alone. Who wrote them: by name, or by pseudonym.
select
  case
    when %(names)s::boolean then record
    else record || jsonb_build_object('written_by', reading.author(record ->> 'written_by'))
  end as record,
  at, log_record_id
from (
  select log_record_id, at
  from reading.log_record
  where site = %(site)s
    and entity = %(entity)s
    and (%(id)s::integer is null or log_record_id = %(id)s)
    and (%(kind)s::text is null or kind = %(kind)s)
    and (%(from_utc)s::timestamptz is null or until > %(from_utc)s or at >= %(from_utc)s)
    and (%(to_utc)s::timestamptz is null or at < %(to_utc)s)
    and (%(cursor_at)s::timestamptz is null or (at, log_record_id) < (%(cursor_at)s, %(cursor_id)s::integer))
  order by at desc, log_record_id desc
  limit %(limit)s
) as page
cross join lateral (
  select record
  from reading.log_record
  where site = %(site)s and entity = %(entity)s and log_record.log_record_id = page.log_record_id
  limit 1 -- it is one: so each is looked up by its number
) as whole
order by at desc, log_record_id desc
