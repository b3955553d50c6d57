-- Stores facts of lines and adds them to their quarter-hours. Returns how many quarter-hours took theirs: fewer than
-- were sent means that another writer stored the same minutes since they were read.
with fact as (
  insert into platspuls.line_flow (
    line_id, start, period_s, delivery_id, seq, setup_id,
    forward, backward, gross_forward, gross_backward, observed_ms, flags
  )
  select i, to_timestamp(s), p, d, q, u, f, b, gf, gb, o, x
  from unnest(
    %(i)s::integer[], %(s)s::bigint[], %(p)s::smallint[], %(d)s::integer[], %(q)s::bigint[], %(u)s::integer[],
    %(f)s::integer[], %(b)s::integer[], %(gf)s::integer[], %(gb)s::integer[], %(o)s::integer[], %(x)s::integer[]
  ) as r(i, s, p, d, q, u, f, b, gf, gb, o, x)
  returning *
), taken as (
  -- Of two setups in one quarter-hour it keeps the later: the same in whatever order they come.
  insert into platspuls.line_quarter as quarter (
    line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags
  )
  select
    line_id,
    date_bin('15 minutes', start, 'epoch'),
    max(setup_id),
    sum(forward),
    sum(backward),
    sum(gross_forward),
    sum(gross_backward),
    sum(observed_ms),
    bit_or(((1 << (period_s / 60)) - 1) << ((date_part('epoch', start)::bigint %% 900) / 60)::integer),
    bit_or(flags)
  from fact
  group by 1, 2
  order by 1, 2
  on conflict (line_id, start) do update set
    setup_id = greatest(quarter.setup_id, excluded.setup_id),
    forward = quarter.forward + excluded.forward,
    backward = quarter.backward + excluded.backward,
    gross_forward = quarter.gross_forward + excluded.gross_forward,
    gross_backward = quarter.gross_backward + excluded.gross_backward,
    observed_ms = quarter.observed_ms + excluded.observed_ms,
    minutes = quarter.minutes | excluded.minutes,
    flags = quarter.flags | excluded.flags
  where quarter.minutes & excluded.minutes = 0
  returning line_id, start
), late as (
  -- There are sums of them already: no longer of these quarter-hours.
  update platspuls.line_summed as summed
  set during = summed.during - gone.during
  from (
    select line_id, range_agg(tstzrange(taken.start, taken.start + interval '15 minutes')) as during
    from taken
    join platspuls.line_summed as known using (line_id)
    where taken.start < upper(known.during)
    group by line_id
    order by line_id
  ) as gone
  where summed.line_id = gone.line_id and summed.during && gone.during
)
select count(*) from taken
