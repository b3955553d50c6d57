-- Dwell and stays of each zone in each bucket.
--
-- The visits are those that ENDED in the bucket, whenever they began. `complete` came in over the edge and left over
-- it, `cut` came in and were lost from sight, `fragment` were first seen inside and take no part in stays.
-- entered = complete + cut.
--
-- stays = entered x S(threshold), S by the life table of the entered visits. stays_low takes all cut below the
-- threshold as short, stays_high as long; when high is more than 10 % above low, stays and share are refused.
-- share = stays / entered: of all that came in, however shortly.
-- Quantiles are null where S never reaches them, and when more than 20 % of the entered visits were cut.
-- coverage is that of the dwell records; presence_s comes from the flow records of the same time.
create function reading.zone_dwell(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_threshold_s integer
)
returns table (
  zone text,
  start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  threshold_s integer, entered bigint, complete bigint, cut bigint, fragment bigint,
  stays numeric, stays_low bigint, stays_high bigint, refused boolean, share numeric,
  median_s numeric, p75_s numeric, p90_s numeric, presence_s bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer
)
language sql stable
begin atomic
  with cell as materialized (
    select * from reading.cells(p_site, p_bucket, p_from, p_to)
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts from cell
  ),
  life as (
    select told.zone_id, told.n, told.fragment, told.observed_ms, told.flags, told.ended,
      told.there[1] as entered, told.lost[cardinality(told.lost)] as cut,
      told.there[threshold.edge] as low, told.there[threshold.edge] + told.lost[threshold.edge] as high,
      1 - told.ended[threshold.edge] as lasting
    from reading.zone_life_table(p_site, p_bucket, p_from, p_to) as told
      cross join (select reading.dwell_edge_number(p_threshold_s) as edge) as threshold
  ),
  answer as (
    -- Worked out before the join with the cells, so that the arrays needn't be sorted.
    select life.zone_id, life.n, life.fragment, life.observed_ms, life.flags, life.entered::bigint, life.cut::bigint,
      life.low::bigint, life.high::bigint, refused.is_so as refused,
      case when not refused.is_so then round((life.entered * life.lasting)::numeric, 1) end as stays,
      case when not refused.is_so and life.entered > 0 then round(life.lasting::numeric, 4) end as share,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(life.ended, 0.5) end as median_s,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(life.ended, 0.75) end as p75_s,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(life.ended, 0.9) end as p90_s
    from life
      cross join lateral (select 10 * (life.high - life.low) > life.low as is_so) as refused
    offset 0
  )
  select zone.zone, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    p_threshold_s, answer.entered, answer.entered - answer.cut, answer.cut, answer.fragment,
    answer.stays, answer.low, answer.high, coalesce(answer.refused, false), answer.share,
    answer.median_s, answer.p75_s, answer.p90_s,
    presence.presence_s,
    coalesce(answer.observed_ms, 0), expected.ms, reading.coverage(coalesce(answer.observed_ms, 0), expected.ms),
    coalesce(answer.flags, 0)
  from reading.zone
    cross join cell
    left join answer on answer.zone_id = zone.zone_id and answer.n = cell.n
    left join (
      select told.zone_id, width_bucket(told.start, (select edge.starts from edge)) as n,
        case when sum(told.observed_ms) > 0 then sum(told.presence_s) end as presence_s
      from reading.zone as place
        join reading.zone_quarter as told on told.zone_id = place.zone_id
      where place.site = p_site and told.start >= p_from and told.start < p_to
        and coalesce(place.commissioned && tstzrange(told.start, told.start + interval '15 minutes'), false)
      group by told.zone_id, n
    ) as presence on presence.zone_id = zone.zone_id and presence.n = cell.n
    cross join lateral (
      select reading.expected_ms(zone.commissioned, cell.from_utc, cell.to_utc) as ms
      offset 0  -- evaluated once a row
    ) as expected
  where zone.site = p_site;
end;
