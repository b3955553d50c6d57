-- Stores facts of zones and adds them to their quarter-hours. Returns how many quarter-hours took theirs: fewer than
-- were sent means that another writer stored the same minutes since they were read.
with fact as (
  insert into platspuls.zone_flow (
    zone_id, start, period_s, delivery_id, seq, setup_id,
    entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, flags
  )
  select i, to_timestamp(s), p, d, q, u, n, a, e, l, w, m, o, x
  from unnest(
    %(i)s::integer[], %(s)s::bigint[], %(p)s::smallint[], %(d)s::integer[], %(q)s::bigint[], %(u)s::integer[],
    %(n)s::integer[], %(a)s::integer[], %(e)s::integer[], %(l)s::integer[], %(w)s::integer[], %(m)s::integer[],
    %(o)s::integer[], %(x)s::integer[]
  ) as r(i, s, p, d, q, u, n, a, e, l, w, m, o, x)
  returning *
), taken as (
  -- Of two setups in one quarter-hour it keeps the later: the same in whatever order they come.
  insert into platspuls.zone_quarter as quarter (
    zone_id, start, setup_id, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms, minutes, flags
  )
  select
    zone_id,
    date_bin('15 minutes', start, 'epoch'),
    max(setup_id),
    sum(entries),
    sum(appeared),
    sum(exits),
    sum(lost),
    sum(presence_s),
    max(occupancy_max),
    sum(observed_ms),
    bit_or(((1 << (period_s / 60)) - 1) << ((date_part('epoch', start)::bigint %% 900) / 60)::integer),
    bit_or(flags)
  from fact
  group by 1, 2
  order by 1, 2
  on conflict (zone_id, start) do update set
    setup_id = greatest(quarter.setup_id, excluded.setup_id),
    entries = quarter.entries + excluded.entries,
    appeared = quarter.appeared + excluded.appeared,
    exits = quarter.exits + excluded.exits,
    lost = quarter.lost + excluded.lost,
    presence_s = quarter.presence_s + excluded.presence_s,
    occupancy_max = greatest(quarter.occupancy_max, excluded.occupancy_max),
    observed_ms = quarter.observed_ms + excluded.observed_ms,
    minutes = quarter.minutes | excluded.minutes,
    flags = quarter.flags | excluded.flags
  where quarter.minutes & excluded.minutes = 0
  returning zone_id, start
), late as (
  -- There are sums of them already: no longer of these quarter-hours.
  update platspuls.zone_summed as summed
  set during = summed.during - gone.during
  from (
    select zone_id, range_agg(tstzrange(taken.start, taken.start + interval '15 minutes')) as during
    from taken
    join platspuls.zone_summed as known using (zone_id)
    where taken.start < upper(known.during)
    group by zone_id
    order by zone_id
  ) as gone
  where summed.zone_id = gone.zone_id and summed.during && gone.during
)
select count(*) from taken
