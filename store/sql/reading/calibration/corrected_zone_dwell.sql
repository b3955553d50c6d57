-- needs: reading.cells, reading.correction, reading.coverage, reading.excluded_times, reading.numbers_kind
-- needs: reading.zone_dwell, reading.zone_dwell_quarter, reading.zone_outage_quarters, reading.zone_quarter
-- needs: reading.zone_times
-- Stays in each zone in each bucket, corrected by the calibrations of stays at this threshold that hold.
--
-- The raw stays of a cell (reading.zone_dwell) are multiplied by the mean of the factors of its quarter-hours, each weighed
-- by the visits that came in over the edge; a quarter-hour without a calibration counts with 1. So the share who stay is
-- corrected, of as many as the counter saw come in, and never above all of them. Crowded is by the mean number of
-- people in the quarter-hour. low and high are those of the correction; the bounds that cut visits leave are those of
-- reading.zone_dwell (raw_stays_low, raw_stays_high, wide), which also says which time counts as unobserved. Nothing is
-- rounded. A bucket of which a part is excluded has no corrected stays, since its life table holds that part too: ask
-- for shorter buckets.
create function reading.corrected_zone_dwell(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_threshold_s integer,
  p_hours text default 'all', p_zones text[] default null
)
returns table (
  zone text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  threshold_s integer, entered bigint, stays numeric, stays_low numeric, stays_high numeric, share numeric,
  wide boolean, raw_stays numeric, raw_stays_low bigint, raw_stays_high bigint, raw_share numeric,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer,
  numbers text, corrected_ms bigint, corrected_by integer[], excluded_ms bigint, partial boolean
)
language sql stable
begin atomic
  with place as materialized (
    select times.*, reading.excluded_times(p_site, null, times.zone) as excluded
    from reading.zone_times(p_site, p_from, p_to, p_hours, p_zones) as times
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
  ),
  unseen as materialized (
    select * from reading.zone_outage_quarters(p_site, p_from, p_to, p_zones)
  ),
  quarter as (
    select quarter.zone_id, quarter.start, quarter.setup_id, quarter.flags, quarter.observed_ms,
      (
        select place.excluded && tstzrange(quarter.start, quarter.start + interval '15 minutes')
        from place
        where place.zone_id = quarter.zone_id
      ) as excluded,
      (
        quarter.complete_00 + quarter.complete_01 + quarter.complete_02 + quarter.complete_03 + quarter.complete_04
        + quarter.complete_05 + quarter.complete_06 + quarter.complete_07 + quarter.complete_08 + quarter.complete_09
        + quarter.complete_10 + quarter.complete_11 + quarter.complete_12 + quarter.complete_13 + quarter.complete_14
        + quarter.complete_15 + quarter.complete_16 + quarter.complete_17 + quarter.complete_18 + quarter.complete_19
        + quarter.complete_20 + quarter.complete_21 + quarter.complete_22 + quarter.complete_23 + quarter.cut_00 + quarter.cut_01
        + quarter.cut_02 + quarter.cut_03 + quarter.cut_04 + quarter.cut_05 + quarter.cut_06 + quarter.cut_07 + quarter.cut_08
        + quarter.cut_09 + quarter.cut_10 + quarter.cut_11 + quarter.cut_12 + quarter.cut_13 + quarter.cut_14 + quarter.cut_15
        + quarter.cut_16 + quarter.cut_17 + quarter.cut_18 + quarter.cut_19 + quarter.cut_20 + quarter.cut_21 + quarter.cut_22
        + quarter.cut_23
      ) as entered
    from reading.zone_dwell_quarter as quarter
    where quarter.zone_id = any (array(select place.zone_id from place)) and quarter.start >= p_from and quarter.start < p_to
      and (
        (select bool_and(place.always) from place)
        or (
          select place.counted && tstzrange(quarter.start, quarter.start + interval '15 minutes')
          from place
          where place.zone_id = quarter.zone_id
        )
      )
      and not exists (select from unseen where unseen.zone_id = quarter.zone_id and unseen.start = quarter.start)
  ),
  part as (
    select quarter.zone_id, width_bucket(quarter.start, (select edge.starts from edge)) as n,
      correction.calibration_id, correction.factor, correction.low, correction.high,
      sum(quarter.entered) as entered, sum(quarter.observed_ms) as observed_ms, quarter.excluded
    from quarter
      left join reading.zone_quarter as seen on seen.zone_id = quarter.zone_id and seen.start = quarter.start
      left join reading.correction on correction.zone_id = quarter.zone_id and correction.setup_id = quarter.setup_id
        and correction.measure = 'stays' and correction.threshold_s = p_threshold_s and correction.during @> quarter.start
        and (correction.dark is null or correction.dark = (quarter.flags & 1 <> 0))
        and (
          correction.busy is null
          or correction.busy
            = coalesce(seen.presence_s * 1000.0 >= correction.busy_from * nullif(seen.observed_ms, 0), false)
        )
    group by quarter.zone_id, n, quarter.excluded, correction.factor_id, correction.calibration_id, correction.factor,
      correction.low, correction.high
  ),
  total as (
    select part.zone_id, part.n,
      (sum(part.observed_ms) filter (where not part.excluded))::bigint as observed_ms,
      (sum(part.observed_ms) filter (where part.excluded))::bigint as excluded_ms,
      sum(part.entered * coalesce(part.factor, 1)) / nullif(sum(part.entered), 0) as factor,
      sqrt(sum((part.entered * (part.factor - part.low)) ^ 2)) / nullif(sum(part.entered), 0) as below,
      sqrt(sum((part.entered * (part.high - part.factor)) ^ 2)) / nullif(sum(part.entered), 0) as above,
      coalesce(
        sum(part.observed_ms) filter (where part.calibration_id is not null and not part.excluded), 0
      )::bigint as corrected_ms,
      array_agg(distinct part.calibration_id)
        filter (where part.calibration_id is not null and not part.excluded) as corrected_by
    from part
    group by part.zone_id, part.n
  )
  select dwell.zone, dwell.start_utc, dwell.end_utc, dwell.start_local, dwell.utc_offset_s,
    dwell.threshold_s, dwell.entered, corrected.stays,
    case when known.is_so then least(dwell.stays * coalesce(total.factor - total.below, 1), dwell.entered) end,
    case when known.is_so then least(dwell.stays * coalesce(total.factor + total.above, 1), dwell.entered) end,
    corrected.stays / nullif(dwell.entered, 0),
    dwell.wide, dwell.stays, dwell.stays_low, dwell.stays_high, dwell.share,
    coalesce(total.observed_ms, 0), dwell.expected_ms,
    reading.coverage(coalesce(total.observed_ms, 0), dwell.expected_ms), dwell.flags,
    reading.numbers_kind(total.corrected_ms, total.observed_ms), coalesce(total.corrected_ms, 0),
    coalesce(total.corrected_by, '{}'), coalesce(total.excluded_ms, 0), dwell.partial
  from reading.zone_dwell(p_site, p_bucket, p_from, p_to, p_threshold_s, p_hours, p_zones) as dwell
    join place on place.zone = dwell.zone
    join reading.cells(p_site, p_bucket, p_from, p_to) as cell on cell.start_utc = dwell.start_utc
    left join total on total.zone_id = place.zone_id and total.n = cell.n
    left join lateral (
      select least(dwell.stays * coalesce(total.factor, 1), dwell.entered) as stays
      where dwell.stays is not null and total.excluded_ms is null  -- least() takes no notice of null
    ) as corrected on true
    cross join lateral (
      select coalesce(total.observed_ms > 0 and total.corrected_ms >= total.observed_ms, false)
        and dwell.stays is not null and total.excluded_ms is null as is_so
    ) as known;
end;
