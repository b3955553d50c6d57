-- Every version of one log record, newest first.
select version, valid_from, valid_to, action, written_by, record
from reading.history
where site = %(site)s and entity = %(entity)s and entity_id = %(id)s::integer::text
order by version desc
limit 1000
