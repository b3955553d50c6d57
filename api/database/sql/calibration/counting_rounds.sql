-- Newest first. Who entered them: by name, or by pseudonym.
select counting_round_id as counting_round, kind, line, zone, setup, from_utc as starts_at, to_utc as ends_at, hand, machine,
  observed_ms, dark, busy, counted_by, note, entered_at,
  case when %(names)s::boolean then entered_by else reading.author(entered_by) end as entered_by, withdrawn_at,
  case when %(names)s::boolean then withdrawn_by else reading.author(withdrawn_by) end as withdrawn_by, withdrawn_reason
from reading.counting_round
where site = %(site)s and (%(numbers)s::integer[] is null or counting_round_id = any (%(numbers)s))
order by from_utc desc, counting_round_id desc
limit %(limit)s
