-- Newest first. Who entered them: by name, or by pseudonym. author: only those that this one entered.
select counting_round_id as counting_round, version, kind, line, zone, setup, from_utc as starts_at, to_utc as ends_at, hand,
  hand_minutes, state, reason, compared_from, compared_to, compared_hand, machine, observed_ms, dark, busy, counted_by,
  note, made_at, entered_at, entered_via, entered_skew_s, late, clock_unsure,
  case when %(names)s::boolean then entered_by else reading.author(entered_by) end as entered_by,
  changed_at, case when %(names)s::boolean then changed_by else reading.author(changed_by) end as changed_by, withdrawn_at,
  case when %(names)s::boolean then withdrawn_by else reading.author(withdrawn_by) end as withdrawn_by, withdrawn_reason
from reading.counting_round
where site = %(site)s and (%(numbers)s::integer[] is null or counting_round_id = any (%(numbers)s))
  and (%(author)s::text is null or regexp_replace(entered_by, '^login:[0-9]+ ', 'login:') = %(author)s)
order by from_utc desc, counting_round_id desc
limit %(limit)s
