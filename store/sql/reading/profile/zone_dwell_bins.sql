-- needs: reading.coverage, reading.dwell_edges, reading.profile_bucket, reading.profile_cells
-- needs: reading.zone_dwell_parts, reading.zone_profile_expected
-- The histogram that each row of reading.zone_dwell_profile is made from: one row a bin of dwell, from bin_from_s up to
-- below bin_to_s (null of the last). Counts are null where nothing was observed.
create function reading.zone_dwell_bins(
  p_site text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_zones text[] default null, p_whole boolean default false,
  p_days text default 'all'
)
returns table (
  zone text, group_number integer, bin_from_s integer, bin_to_s integer, complete bigint, cut bigint, fragment bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with cells as materialized (
    select array_agg(cell.group_number order by cell.n) as groups, array_agg(cell.start_utc order by cell.n) as starts
    from reading.profile_cells(p_site, p_by, p_from, p_to, p_hours, p_whole, p_days) as cell
  ),
  counted as (
    select part.zone_id, cells.groups[width_bucket(part.start, cells.starts)] as group_number,
      sum(part.complete_00)::bigint as complete_00, sum(part.complete_01)::bigint as complete_01,
      sum(part.complete_02)::bigint as complete_02, sum(part.complete_03)::bigint as complete_03,
      sum(part.complete_04)::bigint as complete_04, sum(part.complete_05)::bigint as complete_05,
      sum(part.complete_06)::bigint as complete_06, sum(part.complete_07)::bigint as complete_07,
      sum(part.complete_08)::bigint as complete_08, sum(part.complete_09)::bigint as complete_09,
      sum(part.complete_10)::bigint as complete_10, sum(part.complete_11)::bigint as complete_11,
      sum(part.complete_12)::bigint as complete_12, sum(part.complete_13)::bigint as complete_13,
      sum(part.complete_14)::bigint as complete_14, sum(part.complete_15)::bigint as complete_15,
      sum(part.complete_16)::bigint as complete_16, sum(part.complete_17)::bigint as complete_17,
      sum(part.complete_18)::bigint as complete_18, sum(part.complete_19)::bigint as complete_19,
      sum(part.complete_20)::bigint as complete_20, sum(part.complete_21)::bigint as complete_21,
      sum(part.complete_22)::bigint as complete_22, sum(part.complete_23)::bigint as complete_23,
      sum(part.cut_00)::bigint as cut_00, sum(part.cut_01)::bigint as cut_01,
      sum(part.cut_02)::bigint as cut_02, sum(part.cut_03)::bigint as cut_03,
      sum(part.cut_04)::bigint as cut_04, sum(part.cut_05)::bigint as cut_05,
      sum(part.cut_06)::bigint as cut_06, sum(part.cut_07)::bigint as cut_07,
      sum(part.cut_08)::bigint as cut_08, sum(part.cut_09)::bigint as cut_09,
      sum(part.cut_10)::bigint as cut_10, sum(part.cut_11)::bigint as cut_11,
      sum(part.cut_12)::bigint as cut_12, sum(part.cut_13)::bigint as cut_13,
      sum(part.cut_14)::bigint as cut_14, sum(part.cut_15)::bigint as cut_15,
      sum(part.cut_16)::bigint as cut_16, sum(part.cut_17)::bigint as cut_17,
      sum(part.cut_18)::bigint as cut_18, sum(part.cut_19)::bigint as cut_19,
      sum(part.cut_20)::bigint as cut_20, sum(part.cut_21)::bigint as cut_21,
      sum(part.cut_22)::bigint as cut_22, sum(part.cut_23)::bigint as cut_23,
      sum(part.fragment_00)::bigint as fragment_00, sum(part.fragment_01)::bigint as fragment_01,
      sum(part.fragment_02)::bigint as fragment_02, sum(part.fragment_03)::bigint as fragment_03,
      sum(part.fragment_04)::bigint as fragment_04, sum(part.fragment_05)::bigint as fragment_05,
      sum(part.fragment_06)::bigint as fragment_06, sum(part.fragment_07)::bigint as fragment_07,
      sum(part.fragment_08)::bigint as fragment_08, sum(part.fragment_09)::bigint as fragment_09,
      sum(part.fragment_10)::bigint as fragment_10, sum(part.fragment_11)::bigint as fragment_11,
      sum(part.fragment_12)::bigint as fragment_12, sum(part.fragment_13)::bigint as fragment_13,
      sum(part.fragment_14)::bigint as fragment_14, sum(part.fragment_15)::bigint as fragment_15,
      sum(part.fragment_16)::bigint as fragment_16, sum(part.fragment_17)::bigint as fragment_17,
      sum(part.fragment_18)::bigint as fragment_18, sum(part.fragment_19)::bigint as fragment_19,
      sum(part.fragment_20)::bigint as fragment_20, sum(part.fragment_21)::bigint as fragment_21,
      sum(part.fragment_22)::bigint as fragment_22, sum(part.fragment_23)::bigint as fragment_23,
      sum(part.observed_ms)::bigint as observed_ms, bit_or(part.flags) as flags
    from cells
      cross join reading.zone_dwell_parts(p_site, reading.profile_bucket(p_by), p_from, p_to, p_hours, p_zones) as part
    group by 1, 2
  ),
  expected as (
    select slot.zone_id, slot.zone, slot.group_number, sum(slot.expected_ms)::bigint as expected_ms,
      bool_or(slot.partial) as partial
    from reading.zone_profile_expected(p_site, p_by, p_from, p_to, p_hours, p_zones, p_whole, p_days) as slot
    group by slot.zone_id, slot.zone, slot.group_number
  )
  select expected.zone, expected.group_number,
    (reading.dwell_edges())[bin.number], (reading.dwell_edges())[bin.number + 1],
    bin.complete, bin.cut, bin.fragment,
    coalesce(counted.observed_ms, 0), expected.expected_ms,
    reading.coverage(coalesce(counted.observed_ms, 0), expected.expected_ms), coalesce(counted.flags, 0),
    expected.partial
  from expected
    left join counted on counted.zone_id = expected.zone_id and counted.group_number = expected.group_number
      and counted.observed_ms > 0
    cross join lateral (
      values
        (1, counted.complete_00, counted.cut_00, counted.fragment_00),
        (2, counted.complete_01, counted.cut_01, counted.fragment_01),
        (3, counted.complete_02, counted.cut_02, counted.fragment_02),
        (4, counted.complete_03, counted.cut_03, counted.fragment_03),
        (5, counted.complete_04, counted.cut_04, counted.fragment_04),
        (6, counted.complete_05, counted.cut_05, counted.fragment_05),
        (7, counted.complete_06, counted.cut_06, counted.fragment_06),
        (8, counted.complete_07, counted.cut_07, counted.fragment_07),
        (9, counted.complete_08, counted.cut_08, counted.fragment_08),
        (10, counted.complete_09, counted.cut_09, counted.fragment_09),
        (11, counted.complete_10, counted.cut_10, counted.fragment_10),
        (12, counted.complete_11, counted.cut_11, counted.fragment_11),
        (13, counted.complete_12, counted.cut_12, counted.fragment_12),
        (14, counted.complete_13, counted.cut_13, counted.fragment_13),
        (15, counted.complete_14, counted.cut_14, counted.fragment_14),
        (16, counted.complete_15, counted.cut_15, counted.fragment_15),
        (17, counted.complete_16, counted.cut_16, counted.fragment_16),
        (18, counted.complete_17, counted.cut_17, counted.fragment_17),
        (19, counted.complete_18, counted.cut_18, counted.fragment_18),
        (20, counted.complete_19, counted.cut_19, counted.fragment_19),
        (21, counted.complete_20, counted.cut_20, counted.fragment_20),
        (22, counted.complete_21, counted.cut_21, counted.fragment_21),
        (23, counted.complete_22, counted.cut_22, counted.fragment_22),
        (24, counted.complete_23, counted.cut_23, counted.fragment_23)
    ) as bin (number, complete, cut, fragment);
end;
