-- Newest first. Who wrote them: by name, or by pseudonym.
select version, valid_from, valid_to, action,
  case when %(names)s::boolean then written_by else reading.author(written_by) end as written_by, record
from reading.counting_round_version
where site = %(site)s and counting_round_id = %(number)s
order by version desc, valid_from desc
