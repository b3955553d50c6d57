-- Newest first, with their factors. Who wrote them: by name, or by pseudonym.
select calibration_id as calibration, kind, line, zone, threshold_s, setup, from_utc as starts_at, to_utc as ends_at, strata,
  busy_from, counting_rounds, method, note, created_at,
  case when %(names)s::boolean then created_by else reading.author(created_by) end as created_by, withdrawn_at,
  case when %(names)s::boolean then withdrawn_by else reading.author(withdrawn_by) end as withdrawn_by, withdrawn_reason,
  (
    select json_agg(
      json_build_object(
        'measure', measure, 'dark', dark, 'busy', busy, 'factor', factor, 'low', low, 'high', high,
        'counting_rounds', factor.counting_rounds, 'hand', hand, 'machine', machine, 'spread', spread
      )
      order by measure, dark nulls first, busy nulls first
    )
    from reading.calibration_factor as factor
    where factor.calibration_id = calibration.calibration_id
  ) as factors
from reading.calibration
where site = %(site)s and (%(number)s::integer is null or calibration_id = %(number)s)
order by from_utc desc, calibration_id desc
limit %(limit)s
