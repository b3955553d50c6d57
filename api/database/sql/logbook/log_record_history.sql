-- Every version of one log record, newest first. Who wrote it: by name, or by pseudonym.
select version, valid_from, valid_to, action,
  case when %(names)s::boolean then written_by else reading.author(written_by) end as written_by,
  case
    when %(names)s::boolean then record
    else record || jsonb_build_object('written_by', reading.author(record ->> 'written_by'))
  end as record
from reading.history
where site = %(site)s and entity = %(entity)s and entity_id = %(id)s::integer::text
order by version desc
limit 1000
