-- Writes what the facts say into the quarter-hours of a site's lines that differ, but where facts are gone, and
-- raises the data version of their days. The devices of the site must be locked. Returns how many were written.
with repaired as (
  insert into platspuls.line_quarter
  select (differing.recounted).*
  from platspuls.line_differences(%(site)s, %(from)s, %(to)s) as differing
  where (differing.recounted).line_id is not null and not differing.gone
  order by 1, 2
  on conflict (line_id, start) do update set
    setup_id = excluded.setup_id,
    forward = excluded.forward,
    backward = excluded.backward,
    gross_forward = excluded.gross_forward,
    gross_backward = excluded.gross_backward,
    observed_ms = excluded.observed_ms,
    minutes = excluded.minutes,
    flags = excluded.flags
  returning line_id, start
), raised as (
  insert into platspuls.data_version as known (device_id, day, arrived_at)
  select distinct delivery.device_id, (repaired.start at time zone 'UTC')::date, now()
  from repaired
  join platspuls.line_flow as fact
    on fact.line_id = repaired.line_id
    and fact.start >= repaired.start and fact.start < repaired.start + interval '15 minutes'
    and fact.start >= %(from)s and fact.start < %(to)s
  join platspuls.delivery using (delivery_id)
  order by 1, 2
  on conflict (device_id, day) do update set version = known.version + 1, arrived_at = excluded.arrived_at
), late as (
  -- There are sums of them already: no longer of these quarter-hours.
  update platspuls.line_summed as summed
  set during = summed.during - gone.during
  from (
    select line_id, range_agg(tstzrange(repaired.start, repaired.start + interval '15 minutes')) as during
    from repaired
    join platspuls.line_summed as known using (line_id)
    where repaired.start < upper(known.during)
    group by line_id
    order by line_id
  ) as gone
  where summed.line_id = gone.line_id and summed.during && gone.during
)
select count(*) from repaired
