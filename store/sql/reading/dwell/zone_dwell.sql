-- needs: reading.commissioned_ms, reading.coverage, reading.dwell_edge_number, reading.dwell_quantile
-- needs: reading.open_cells, reading.ten_thousandths, reading.tenths, reading.zone_life_table, reading.zone_quarter
-- needs: reading.zone_times
-- Dwell and stays of each zone in each bucket.
--
-- The visits are those that ENDED in the bucket, whenever they began. `complete` came in over the edge and left over
-- it, `cut` came in and were lost from sight, `fragment` were first seen inside and take no part in stays.
-- entered = complete + cut. The 30 minutes around an outage count as unobserved (reading.zone_outage_quarters).
--
-- stays = entered x S(threshold), S by the life table of the entered visits. stays_low takes all cut below the
-- threshold as short, stays_high as long; when high is more than 10 % above low, stays and share are refused.
-- share = stays / entered: of all that came in, however shortly.
-- Quantiles are null where S never reaches them, and when more than 20 % of the entered visits were cut.
-- coverage is that of the dwell records; presence_s comes from the flow records, also of the time around outages.
-- p_hours limits expected time and numbers to the hours that the site was open or staffed; p_zones null: all zones.
create function reading.zone_dwell(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_threshold_s integer,
  p_hours text default 'all', p_zones text[] default null
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
  with place as materialized (
    select * from reading.zone_times(p_site, p_from, p_to, p_hours, p_zones)
  ),
  cell as materialized (
    select * from reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours)
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts from cell
  ),
  answer as (
    -- Worked out before the join with the cells, where a row has few columns.
    select life.zone_id, life.n, life.fragment, life.observed_ms, life.flags, life.entered::bigint, life.cut::bigint,
      life.low::bigint, life.high::bigint, refused.is_so as refused,
      case when not refused.is_so then reading.tenths(life.entered * lasting.share) end as stays,
      case when not refused.is_so and life.entered > 0 then reading.ten_thousandths(lasting.share) end as share,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(
        0.5, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
        life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
        life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
      ) end as median_s,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(
        0.75, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
        life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
        life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
      ) end as p75_s,
      case when 5 * life.cut <= life.entered then reading.dwell_quantile(
        0.9, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
        life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
        life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
      ) end as p90_s
    from reading.zone_life_table(p_site, p_bucket, p_from, p_to, p_threshold_s, p_hours, p_zones) as life
      cross join lateral (select 10 * (life.high - life.low) > life.low as is_so) as refused
      cross join lateral (
        select case reading.dwell_edge_number(p_threshold_s)
          when 2 then life.s_01 when 3 then life.s_02 when 4 then life.s_03 when 5 then life.s_04 when 6 then
          life.s_05 when 7 then life.s_06 when 8 then life.s_07 when 9 then life.s_08 when 10 then life.s_09
          when 11 then life.s_10 when 12 then life.s_11 when 13 then life.s_12 when 14 then life.s_13 when 15
          then life.s_14 when 16 then life.s_15 when 17 then life.s_16 when 18 then life.s_17 when 19 then
          life.s_18 when 20 then life.s_19 when 21 then life.s_20 when 22 then life.s_21 when 23 then
          life.s_22 when 24 then life.s_23
        end as share
      ) as lasting
    offset 0
  )
  select place.zone, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    p_threshold_s, answer.entered, answer.entered - answer.cut, answer.cut, answer.fragment,
    answer.stays, answer.low, answer.high, coalesce(answer.refused, false), answer.share,
    answer.median_s, answer.p75_s, answer.p90_s,
    presence.presence_s,
    coalesce(answer.observed_ms, 0), expected.ms, reading.coverage(coalesce(answer.observed_ms, 0), expected.ms),
    coalesce(answer.flags, 0)
  from place
    cross join cell
    left join answer on answer.zone_id = place.zone_id and answer.n = cell.n
    left join (
      select quarter.zone_id, width_bucket(quarter.start, (select edge.starts from edge)) as n,
        case when sum(quarter.observed_ms) > 0 then sum(quarter.presence_s) end as presence_s
      from reading.zone_quarter as quarter
      where quarter.zone_id = any (array(select place.zone_id from place)) and quarter.start >= p_from and quarter.start < p_to
        and (
          (select bool_and(place.always) from place)
          or (
            select place.counted && tstzrange(quarter.start, quarter.start + interval '15 minutes')
            from place
            where place.zone_id = quarter.zone_id
          )
        )
      group by quarter.zone_id, n
    ) as presence on presence.zone_id = place.zone_id and presence.n = cell.n
    cross join lateral (
      select case
        when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
        else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
      end as ms
      offset 0  -- evaluated once a row
    ) as expected;
end;
