-- needs: reading.commissioned_ms, reading.coverage, reading.open_cells, reading.pooled_zone_dwell
-- needs: reading.zone_sums, reading.zone_times
-- Dwell and stays of each zone in each bucket.
--
-- The visits are those that ENDED in the bucket, whenever they began. `complete` came in over the edge and left over
-- it, `cut` came in and were lost from sight, `fragment` were first seen inside and take no part in stays.
-- entered = complete + cut. The 30 minutes around an outage count as unobserved (reading.zone_outage_quarters).
--
-- stays = entered x S(threshold), S by the life table of the entered visits. stays_low takes all cut below the
-- threshold as short, stays_high as long; wide, where high is more than 10 % above low. A number is there always: which
-- cells had none would depend on the number itself, and bend what is added up of the others.
-- share = stays / entered: of all that came in, however shortly.
-- Each bucket is the life table of all its visits: the stays of shorter buckets don't add up to those of a longer one.
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
  stays numeric, stays_low bigint, stays_high bigint, wide boolean, share numeric,
  median_s numeric, p75_s numeric, p90_s numeric, presence_s bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with place as materialized (
    select * from reading.zone_times(p_site, p_from, p_to, p_hours, p_zones)
  ),
  cell as materialized (
    select * from reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours)
  ),
  answer as (
    -- Computed before the join with the cells, where a row has few columns.
    select * from reading.pooled_zone_dwell(p_site, p_bucket, p_from, p_to, p_threshold_s, p_hours, p_zones)
  )
  select place.zone, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    p_threshold_s, answer.entered, answer.entered - answer.cut, answer.cut, answer.fragment,
    answer.stays, answer.stays_low, answer.stays_high, coalesce(answer.wide, false), answer.share,
    answer.median_s, answer.p75_s, answer.p90_s,
    case when presence.observed_ms > 0 then presence.presence_s end,
    coalesce(answer.observed_ms, 0), expected.ms, reading.coverage(coalesce(answer.observed_ms, 0), expected.ms),
    coalesce(answer.flags, 0), cell.partial
  from place
    cross join cell
    left join answer on answer.zone_id = place.zone_id and answer.n = cell.n
    left join reading.zone_sums(p_site, p_bucket, p_from, p_to, p_hours, p_zones) as presence on presence.zone_id = place.zone_id and presence.n = cell.n
    cross join lateral (
      select case
        when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
        else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
      end as ms
      offset 0  -- evaluated once a row
    ) as expected;
end;
