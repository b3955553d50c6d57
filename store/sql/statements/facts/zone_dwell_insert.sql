-- Stores dwell of zones, fact and aggregate in one: a quarter-hour. c, k and g are the bins of complete, cut and
-- fragment visits; co, ko and go the summed seconds of their open last bins. Returns how many were stored.
with taken as (
  insert into platspuls.zone_dwell (
    zone_id, start, delivery_id, seq, setup_id, complete_00, complete_01, complete_02, complete_03, complete_04,
    complete_05, complete_06, complete_07, complete_08, complete_09, complete_10, complete_11, complete_12,
    complete_13, complete_14, complete_15, complete_16, complete_17, complete_18, complete_19, complete_20,
    complete_21, complete_22, complete_23, complete_over_s, cut_00, cut_01, cut_02, cut_03, cut_04, cut_05, cut_06,
    cut_07, cut_08, cut_09, cut_10, cut_11, cut_12, cut_13, cut_14, cut_15, cut_16, cut_17, cut_18, cut_19, cut_20,
    cut_21, cut_22, cut_23, cut_over_s, fragment_00, fragment_01, fragment_02, fragment_03, fragment_04, fragment_05,
    fragment_06, fragment_07, fragment_08, fragment_09, fragment_10, fragment_11, fragment_12, fragment_13,
    fragment_14, fragment_15, fragment_16, fragment_17, fragment_18, fragment_19, fragment_20, fragment_21,
    fragment_22, fragment_23, fragment_over_s, observed_ms, flags
  )
  select
    i, to_timestamp(s), d, q, u, c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13],
    c[14], c[15], c[16], c[17], c[18], c[19], c[20], c[21], c[22], c[23], c[24], co, k[1], k[2], k[3], k[4], k[5],
    k[6], k[7], k[8], k[9], k[10], k[11], k[12], k[13], k[14], k[15], k[16], k[17], k[18], k[19], k[20], k[21], k[22],
    k[23], k[24], ko, g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15],
    g[16], g[17], g[18], g[19], g[20], g[21], g[22], g[23], g[24], go, o, x
  from json_to_recordset(%(facts)s::json) as r(
    i integer, s bigint, d integer, q bigint, u integer, c integer[], co bigint, k integer[], ko bigint, g integer[],
    go bigint, o integer, x integer
  )
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
