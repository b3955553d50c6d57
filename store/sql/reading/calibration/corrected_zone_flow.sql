-- needs: reading.cells, reading.correction, reading.coverage, reading.excluded_times, reading.numbers_kind
-- needs: reading.zone_flow, reading.zone_grains, reading.zone_parts, reading.zone_quarter, reading.zone_times
-- Presence in each zone in each bucket, corrected by the calibrations of presence that hold, as reading.corrected_line_flow
-- corrects crossings. Crowded is by the mean number of people in the quarter-hour. presence_s is not rounded.
create function reading.corrected_zone_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_zones text[] default null
)
returns table (
  zone text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  presence_s numeric, presence_s_low numeric, presence_s_high numeric, raw_presence_s bigint,
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
  part as (
    select known.zone_id, width_bucket(known.start, (select edge.starts from edge)) as n,
      null::integer as calibration_id, null::numeric as factor, null::numeric as low, null::numeric as high,
      sum(known.presence_s) as presence_s, sum(known.observed_ms) as observed_ms, bit_or(known.flags) as flags,
      false as excluded
    from reading.zone_parts(p_site, p_bucket, p_from, p_to, p_hours, p_zones, true) as known
    where known.grain <> 'quarter'
    group by known.zone_id, n
    union all
    select quarter.zone_id, width_bucket(quarter.start, (select edge.starts from edge)) as n,
      correction.calibration_id, correction.factor, correction.low, correction.high,
      sum(quarter.presence_s) as presence_s, sum(quarter.observed_ms) as observed_ms, bit_or(quarter.flags) as flags,
      out_of.is_so as excluded
    from reading.zone_grains(p_site, p_bucket, p_from, p_to, p_hours, p_zones, false, true) as grain
      cross join lateral (
        select one.zone_id, one.start, one.setup_id, one.presence_s, one.observed_ms, one.flags
        from reading.zone_quarter as one
        where one.zone_id = grain.zone_id and one.start >= grain.from_utc and one.start < grain.to_utc
        offset 0
      ) as quarter
      left join reading.correction on correction.zone_id = quarter.zone_id and correction.setup_id = quarter.setup_id
        and correction.measure = 'presence' and correction.during @> quarter.start
        and (correction.dark is null or correction.dark = (quarter.flags & 1 <> 0))
        and (
          correction.busy is null
          or correction.busy = (quarter.presence_s * 1000.0 >= correction.busy_from * quarter.observed_ms)
        )
      cross join lateral (
        select place.excluded && tstzrange(quarter.start, quarter.start + interval '15 minutes') as is_so
        from place
        where place.zone_id = quarter.zone_id
      ) as out_of
    where grain.grain = 'quarter'
    group by quarter.zone_id, n, out_of.is_so, correction.factor_id, correction.calibration_id, correction.factor,
      correction.low, correction.high
  ),
  total as (
    select part.zone_id, part.n, (sum(part.observed_ms) filter (where not part.excluded))::bigint as observed_ms,
      bit_or(part.flags) filter (where not part.excluded) as flags,
      (sum(part.observed_ms) filter (where part.excluded))::bigint as excluded_ms,
      sum(part.presence_s * coalesce(part.factor, 1)) filter (where not part.excluded) as presence_s,
      sqrt(sum((part.presence_s * (part.factor - part.low)) ^ 2) filter (where not part.excluded)) as below,
      sqrt(sum((part.presence_s * (part.high - part.factor)) ^ 2) filter (where not part.excluded)) as above,
      coalesce(
        sum(part.observed_ms) filter (where part.calibration_id is not null and not part.excluded), 0
      )::bigint as corrected_ms,
      array_agg(distinct part.calibration_id)
        filter (where part.calibration_id is not null and not part.excluded) as corrected_by
    from part
    group by part.zone_id, part.n
  )
  select flow.zone, flow.start_utc, flow.end_utc, flow.start_local, flow.utc_offset_s,
    case when total.observed_ms > 0 then total.presence_s end,
    case when interval_known.is_so then total.presence_s - total.below end,
    case when interval_known.is_so then total.presence_s + total.above end,
    flow.presence_s, coalesce(total.observed_ms, 0), flow.expected_ms,
    reading.coverage(coalesce(total.observed_ms, 0), flow.expected_ms), coalesce(total.flags, 0),
    reading.numbers_kind(total.corrected_ms, total.observed_ms), coalesce(total.corrected_ms, 0),
    coalesce(total.corrected_by, '{}'), coalesce(total.excluded_ms, 0), flow.partial
  from reading.zone_flow(p_site, p_bucket, p_from, p_to, p_hours, p_zones) as flow
    join place on place.zone = flow.zone
    join reading.cells(p_site, p_bucket, p_from, p_to) as cell on cell.start_utc = flow.start_utc
    left join total on total.zone_id = place.zone_id and total.n = cell.n
    cross join lateral (
      select coalesce(total.observed_ms > 0 and total.corrected_ms >= total.observed_ms, false) as is_so
    ) as interval_known;
end;
