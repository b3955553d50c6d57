-- The life table of the visits that ended in each bucket: one row a zone and bucket in which dwell was observed.
--
-- Arrays by bin edge (reading.dwell_edges()): there: entered visits known to last to the edge; lost: those lost from
-- sight before the edge, and in a last place all of them; ended: the estimated share that has ended by the edge
-- (1 - S), where those cut in a bin count as half at risk in it (actuarial). fragment: visits first seen inside, which
-- take no part.
--
-- It is written out bin by bin, since that is many times faster than arrays, and in blocks of eight bins, since the
-- planner would otherwise repeat the sums before in each one after: "offset 0" keeps the blocks apart.
-- d_NN: complete in bin NN; c_NN: cut in it; e_NN: both; n_NN: there at its lower edge; l_NN: cut before it;
-- f_NN: the share of those there that outlast the bin; s_NN: the share of all that lasts to its lower edge.
-- greatest(..., 0.5) only matters where nobody is left: then d_NN is 0.
create function reading.zone_life_table(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (
  zone_id integer, n integer, fragment bigint, observed_ms bigint, flags integer,
  there double precision[], lost double precision[], ended double precision[]
)
language sql stable
begin atomic
  with edge as (
    select array_agg(cell.start_utc order by cell.n) as starts
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
  ),
  told as (
    select told.zone_id, width_bucket(told.start, (select edge.starts from edge)) as n,
      sum(told.complete_00)::double precision as d_00, sum(told.complete_01)::double precision as d_01,
      sum(told.complete_02)::double precision as d_02, sum(told.complete_03)::double precision as d_03,
      sum(told.complete_04)::double precision as d_04, sum(told.complete_05)::double precision as d_05,
      sum(told.complete_06)::double precision as d_06, sum(told.complete_07)::double precision as d_07,
      sum(told.complete_08)::double precision as d_08, sum(told.complete_09)::double precision as d_09,
      sum(told.complete_10)::double precision as d_10, sum(told.complete_11)::double precision as d_11,
      sum(told.complete_12)::double precision as d_12, sum(told.complete_13)::double precision as d_13,
      sum(told.complete_14)::double precision as d_14, sum(told.complete_15)::double precision as d_15,
      sum(told.complete_16)::double precision as d_16, sum(told.complete_17)::double precision as d_17,
      sum(told.complete_18)::double precision as d_18, sum(told.complete_19)::double precision as d_19,
      sum(told.complete_20)::double precision as d_20, sum(told.complete_21)::double precision as d_21,
      sum(told.complete_22)::double precision as d_22, sum(told.complete_23)::double precision as d_23,
      sum(told.cut_00)::double precision as c_00, sum(told.cut_01)::double precision as c_01,
      sum(told.cut_02)::double precision as c_02, sum(told.cut_03)::double precision as c_03,
      sum(told.cut_04)::double precision as c_04, sum(told.cut_05)::double precision as c_05,
      sum(told.cut_06)::double precision as c_06, sum(told.cut_07)::double precision as c_07,
      sum(told.cut_08)::double precision as c_08, sum(told.cut_09)::double precision as c_09,
      sum(told.cut_10)::double precision as c_10, sum(told.cut_11)::double precision as c_11,
      sum(told.cut_12)::double precision as c_12, sum(told.cut_13)::double precision as c_13,
      sum(told.cut_14)::double precision as c_14, sum(told.cut_15)::double precision as c_15,
      sum(told.cut_16)::double precision as c_16, sum(told.cut_17)::double precision as c_17,
      sum(told.cut_18)::double precision as c_18, sum(told.cut_19)::double precision as c_19,
      sum(told.cut_20)::double precision as c_20, sum(told.cut_21)::double precision as c_21,
      sum(told.cut_22)::double precision as c_22, sum(told.cut_23)::double precision as c_23,
      (sum(told.complete_00) + sum(told.cut_00))::double precision as e_00,
      (sum(told.complete_01) + sum(told.cut_01))::double precision as e_01,
      (sum(told.complete_02) + sum(told.cut_02))::double precision as e_02,
      (sum(told.complete_03) + sum(told.cut_03))::double precision as e_03,
      (sum(told.complete_04) + sum(told.cut_04))::double precision as e_04,
      (sum(told.complete_05) + sum(told.cut_05))::double precision as e_05,
      (sum(told.complete_06) + sum(told.cut_06))::double precision as e_06,
      (sum(told.complete_07) + sum(told.cut_07))::double precision as e_07,
      (sum(told.complete_08) + sum(told.cut_08))::double precision as e_08,
      (sum(told.complete_09) + sum(told.cut_09))::double precision as e_09,
      (sum(told.complete_10) + sum(told.cut_10))::double precision as e_10,
      (sum(told.complete_11) + sum(told.cut_11))::double precision as e_11,
      (sum(told.complete_12) + sum(told.cut_12))::double precision as e_12,
      (sum(told.complete_13) + sum(told.cut_13))::double precision as e_13,
      (sum(told.complete_14) + sum(told.cut_14))::double precision as e_14,
      (sum(told.complete_15) + sum(told.cut_15))::double precision as e_15,
      (sum(told.complete_16) + sum(told.cut_16))::double precision as e_16,
      (sum(told.complete_17) + sum(told.cut_17))::double precision as e_17,
      (sum(told.complete_18) + sum(told.cut_18))::double precision as e_18,
      (sum(told.complete_19) + sum(told.cut_19))::double precision as e_19,
      (sum(told.complete_20) + sum(told.cut_20))::double precision as e_20,
      (sum(told.complete_21) + sum(told.cut_21))::double precision as e_21,
      (sum(told.complete_22) + sum(told.cut_22))::double precision as e_22,
      (sum(told.complete_23) + sum(told.cut_23))::double precision as e_23,
      sum(
        told.fragment_00 + told.fragment_01 + told.fragment_02 + told.fragment_03
        + told.fragment_04 + told.fragment_05 + told.fragment_06 + told.fragment_07
        + told.fragment_08 + told.fragment_09 + told.fragment_10 + told.fragment_11
        + told.fragment_12 + told.fragment_13 + told.fragment_14 + told.fragment_15
        + told.fragment_16 + told.fragment_17 + told.fragment_18 + told.fragment_19
        + told.fragment_20 + told.fragment_21 + told.fragment_22 + told.fragment_23
      ) as fragment,
      sum(told.observed_ms) as observed_ms, bit_or(told.flags) as flags
    from reading.zone as place
      join reading.zone_dwell_quarter as told on told.zone_id = place.zone_id
    where place.site = p_site and told.start >= p_from and told.start < p_to
      and coalesce(place.commissioned && tstzrange(told.start, told.start + interval '15 minutes'), false)
    group by told.zone_id, n
  ),
  there_1 as (
    select *,
      e_23 as n_23,
      e_23 + e_22 as n_22,
      e_23 + e_22 + e_21 as n_21,
      e_23 + e_22 + e_21 + e_20 as n_20,
      e_23 + e_22 + e_21 + e_20 + e_19 as n_19,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 as n_18,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 as n_17,
      e_23 + e_22 + e_21 + e_20 + e_19 + e_18 + e_17 + e_16 as n_16,
      c_00 as l_01,
      c_00 + c_01 as l_02,
      c_00 + c_01 + c_02 as l_03,
      c_00 + c_01 + c_02 + c_03 as l_04,
      c_00 + c_01 + c_02 + c_03 + c_04 as l_05,
      c_00 + c_01 + c_02 + c_03 + c_04 + c_05 as l_06,
      c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 as l_07,
      c_00 + c_01 + c_02 + c_03 + c_04 + c_05 + c_06 + c_07 as l_08
    from told
    where observed_ms > 0
    offset 0
  ),
  there_2 as (
    select *,
      n_16 + e_15 as n_15,
      n_16 + e_15 + e_14 as n_14,
      n_16 + e_15 + e_14 + e_13 as n_13,
      n_16 + e_15 + e_14 + e_13 + e_12 as n_12,
      n_16 + e_15 + e_14 + e_13 + e_12 + e_11 as n_11,
      n_16 + e_15 + e_14 + e_13 + e_12 + e_11 + e_10 as n_10,
      n_16 + e_15 + e_14 + e_13 + e_12 + e_11 + e_10 + e_09 as n_09,
      n_16 + e_15 + e_14 + e_13 + e_12 + e_11 + e_10 + e_09 + e_08 as n_08,
      l_08 + c_08 as l_09,
      l_08 + c_08 + c_09 as l_10,
      l_08 + c_08 + c_09 + c_10 as l_11,
      l_08 + c_08 + c_09 + c_10 + c_11 as l_12,
      l_08 + c_08 + c_09 + c_10 + c_11 + c_12 as l_13,
      l_08 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 as l_14,
      l_08 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 + c_14 as l_15,
      l_08 + c_08 + c_09 + c_10 + c_11 + c_12 + c_13 + c_14 + c_15 as l_16
    from there_1
    offset 0
  ),
  there_3 as (
    select *,
      n_08 + e_07 as n_07,
      n_08 + e_07 + e_06 as n_06,
      n_08 + e_07 + e_06 + e_05 as n_05,
      n_08 + e_07 + e_06 + e_05 + e_04 as n_04,
      n_08 + e_07 + e_06 + e_05 + e_04 + e_03 as n_03,
      n_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 as n_02,
      n_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 + e_01 as n_01,
      n_08 + e_07 + e_06 + e_05 + e_04 + e_03 + e_02 + e_01 + e_00 as n_00,
      l_16 + c_16 as l_17,
      l_16 + c_16 + c_17 as l_18,
      l_16 + c_16 + c_17 + c_18 as l_19,
      l_16 + c_16 + c_17 + c_18 + c_19 as l_20,
      l_16 + c_16 + c_17 + c_18 + c_19 + c_20 as l_21,
      l_16 + c_16 + c_17 + c_18 + c_19 + c_20 + c_21 as l_22,
      l_16 + c_16 + c_17 + c_18 + c_19 + c_20 + c_21 + c_22 as l_23
    from there_2
    offset 0
  ),
  outlasting as (
    select *,
      1 - d_00 / greatest(n_00 - c_00 / 2, 0.5) as f_00, 1 - d_01 / greatest(n_01 - c_01 / 2, 0.5) as f_01,
      1 - d_02 / greatest(n_02 - c_02 / 2, 0.5) as f_02, 1 - d_03 / greatest(n_03 - c_03 / 2, 0.5) as f_03,
      1 - d_04 / greatest(n_04 - c_04 / 2, 0.5) as f_04, 1 - d_05 / greatest(n_05 - c_05 / 2, 0.5) as f_05,
      1 - d_06 / greatest(n_06 - c_06 / 2, 0.5) as f_06, 1 - d_07 / greatest(n_07 - c_07 / 2, 0.5) as f_07,
      1 - d_08 / greatest(n_08 - c_08 / 2, 0.5) as f_08, 1 - d_09 / greatest(n_09 - c_09 / 2, 0.5) as f_09,
      1 - d_10 / greatest(n_10 - c_10 / 2, 0.5) as f_10, 1 - d_11 / greatest(n_11 - c_11 / 2, 0.5) as f_11,
      1 - d_12 / greatest(n_12 - c_12 / 2, 0.5) as f_12, 1 - d_13 / greatest(n_13 - c_13 / 2, 0.5) as f_13,
      1 - d_14 / greatest(n_14 - c_14 / 2, 0.5) as f_14, 1 - d_15 / greatest(n_15 - c_15 / 2, 0.5) as f_15,
      1 - d_16 / greatest(n_16 - c_16 / 2, 0.5) as f_16, 1 - d_17 / greatest(n_17 - c_17 / 2, 0.5) as f_17,
      1 - d_18 / greatest(n_18 - c_18 / 2, 0.5) as f_18, 1 - d_19 / greatest(n_19 - c_19 / 2, 0.5) as f_19,
      1 - d_20 / greatest(n_20 - c_20 / 2, 0.5) as f_20, 1 - d_21 / greatest(n_21 - c_21 / 2, 0.5) as f_21,
      1 - d_22 / greatest(n_22 - c_22 / 2, 0.5) as f_22
    from there_3
    offset 0
  ),
  lasting_1 as (
    select *,
      f_00 as s_01,
      f_00 * f_01 as s_02,
      f_00 * f_01 * f_02 as s_03,
      f_00 * f_01 * f_02 * f_03 as s_04,
      f_00 * f_01 * f_02 * f_03 * f_04 as s_05,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 as s_06,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 as s_07,
      f_00 * f_01 * f_02 * f_03 * f_04 * f_05 * f_06 * f_07 as s_08
    from outlasting
    offset 0
  ),
  lasting_2 as (
    select *,
      s_08 * f_08 as s_09,
      s_08 * f_08 * f_09 as s_10,
      s_08 * f_08 * f_09 * f_10 as s_11,
      s_08 * f_08 * f_09 * f_10 * f_11 as s_12,
      s_08 * f_08 * f_09 * f_10 * f_11 * f_12 as s_13,
      s_08 * f_08 * f_09 * f_10 * f_11 * f_12 * f_13 as s_14,
      s_08 * f_08 * f_09 * f_10 * f_11 * f_12 * f_13 * f_14 as s_15,
      s_08 * f_08 * f_09 * f_10 * f_11 * f_12 * f_13 * f_14 * f_15 as s_16
    from lasting_1
    offset 0
  ),
  lasting_3 as (
    select *,
      s_16 * f_16 as s_17,
      s_16 * f_16 * f_17 as s_18,
      s_16 * f_16 * f_17 * f_18 as s_19,
      s_16 * f_16 * f_17 * f_18 * f_19 as s_20,
      s_16 * f_16 * f_17 * f_18 * f_19 * f_20 as s_21,
      s_16 * f_16 * f_17 * f_18 * f_19 * f_20 * f_21 as s_22,
      s_16 * f_16 * f_17 * f_18 * f_19 * f_20 * f_21 * f_22 as s_23
    from lasting_2
    offset 0
  )
  select zone_id, n, fragment, observed_ms, flags, array[
      n_00, n_01, n_02, n_03, n_04, n_05, n_06, n_07, n_08, n_09, n_10, n_11, n_12, n_13, n_14, n_15, n_16, n_17,
      n_18, n_19, n_20, n_21, n_22, n_23
    ], array[
      0, l_01, l_02, l_03, l_04, l_05, l_06, l_07, l_08, l_09, l_10, l_11, l_12, l_13, l_14, l_15, l_16, l_17, l_18,
      l_19, l_20, l_21, l_22, l_23, l_23 + c_23
    ], array[
      0, 1 - s_01, 1 - s_02, 1 - s_03, 1 - s_04, 1 - s_05, 1 - s_06, 1 - s_07, 1 - s_08, 1 - s_09, 1 - s_10,
      1 - s_11, 1 - s_12, 1 - s_13, 1 - s_14, 1 - s_15, 1 - s_16, 1 - s_17, 1 - s_18, 1 - s_19, 1 - s_20, 1 - s_21,
      1 - s_22, 1 - s_23
    ]
  from lasting_3
  offset 0;
end;
