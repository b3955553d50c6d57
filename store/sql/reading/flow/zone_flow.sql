-- needs: reading.commissioned_ms, reading.coverage, reading.open_cells, reading.zone_sums, reading.zone_times
-- Entries, exits and presence of each zone in each bucket.
--
-- Every cell exists. Where nothing was observed the numbers are null, not 0. presence_s are person-seconds;
-- occupancy_mean is presence over the time really observed; occupancy_max is the most at one moment. p_hours limits
-- all of it to the hours that the site was open or staffed; p_zones null: all zones.
create function reading.zone_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_zones text[] default null
)
returns table (
  zone text,
  start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  entries bigint, appeared bigint, exits bigint, lost bigint,
  presence_s bigint, presence_hours numeric, occupancy_mean numeric, occupancy_max integer,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with place as materialized (
    select * from reading.zone_times(p_site, p_from, p_to, p_hours, p_zones)
  ),
  cell as materialized (
    select * from reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours)
  )
  select place.zone, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when fact.observed_ms > 0 then fact.entries end, case when fact.observed_ms > 0 then fact.appeared end,
    case when fact.observed_ms > 0 then fact.exits end, case when fact.observed_ms > 0 then fact.lost end,
    case when fact.observed_ms > 0 then fact.presence_s end,
    case when fact.observed_ms > 0 then round(fact.presence_s / 3600.0, 3) end,
    case when fact.observed_ms > 0 then round(fact.presence_s * 1000.0 / fact.observed_ms, 3) end,
    case when fact.observed_ms > 0 then fact.occupancy_max end,
    coalesce(fact.observed_ms, 0), expected.ms, reading.coverage(coalesce(fact.observed_ms, 0), expected.ms),
    coalesce(fact.flags, 0), cell.partial
  from place
    cross join cell
    left join reading.zone_sums(p_site, p_bucket, p_from, p_to, p_hours, p_zones) as fact on fact.zone_id = place.zone_id and fact.n = cell.n
    cross join lateral (
      select case
        when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
        else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
      end as ms
      offset 0  -- evaluated once a row
    ) as expected;
end;
