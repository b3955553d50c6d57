-- needs: reading.dwell_edge_number, reading.dwell_quantile, reading.ten_thousandths, reading.tenths
-- needs: reading.zone_life_table
-- Dwell and stays of each zone from the histograms of all the buckets of a group put together: one row a zone and group
-- in which dwell was observed. A month, a phase of a study or all Tuesdays at five are such groups.
--
-- p_groups: the group of each bucket of reading.buckets in order, 0 for none; left out, each bucket is a group by itself,
-- numbered as reading.cells numbers them. Numbers as reading.zone_dwell says; stays are always there.
-- wide: stays_high is more than 10 % above stays_low.
create function reading.pooled_zone_dwell(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_threshold_s integer,
  p_hours text default 'all', p_zones text[] default null, p_groups integer[] default null
)
returns table (
  zone_id integer, n integer, entered bigint, cut bigint, fragment bigint,
  stays numeric, stays_low bigint, stays_high bigint, wide boolean, share numeric,
  median_s numeric, p75_s numeric, p90_s numeric, observed_ms bigint, flags integer
)
language sql stable
begin atomic
  select life.zone_id, life.n, life.entered::bigint, life.cut::bigint, life.fragment,
    reading.tenths(life.entered * lasting.share), life.low::bigint, life.high::bigint,
    10 * (life.high - life.low) > life.low,
    case when life.entered > 0 then reading.ten_thousandths(lasting.share) end,
    case when 5 * life.cut <= life.entered then reading.dwell_quantile(
      0.5, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
      life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
      life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
    ) end,
    case when 5 * life.cut <= life.entered then reading.dwell_quantile(
      0.75, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
      life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
      life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
    ) end,
    case when 5 * life.cut <= life.entered then reading.dwell_quantile(
      0.9, life.s_01, life.s_02, life.s_03, life.s_04, life.s_05, life.s_06, life.s_07, life.s_08, life.s_09,
      life.s_10, life.s_11, life.s_12, life.s_13, life.s_14, life.s_15, life.s_16, life.s_17, life.s_18,
      life.s_19, life.s_20, life.s_21, life.s_22, life.s_23
    ) end,
    life.observed_ms, life.flags
  from reading.zone_life_table(p_site, p_bucket, p_from, p_to, p_threshold_s, p_hours, p_zones, p_groups) as life
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
  offset 0;
end;
