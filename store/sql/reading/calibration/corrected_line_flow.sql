-- needs: reading.cells, reading.correction, reading.coverage, reading.excluded_times, reading.line_flow
-- needs: reading.line_grains, reading.line_parts, reading.line_quarter, reading.line_times, reading.numbers_kind
-- Crossings of each line in each bucket, corrected by the calibrations that hold, quarter-hour by quarter-hour.
--
-- A quarter-hour is corrected by the calibration of its line that holds then and was made with its setup; which factor of
-- it says whether the counter called the quarter-hour dark at any time, and how many crossings a minute (both ways) it
-- counted. A quarter-hour without one counts as it was counted. forward and backward are not rounded.
--
-- A quarter-hour of which something is excluded counts as unobserved here, but for the raw numbers; excluded_ms says how
-- much that was.
--
-- low and high: the interval of the sum, where all that was observed is corrected; else null. Factors of different strata
-- or calibrations come from different sessions, so their errors add as squares; what one factor is applied to errs
-- together. numbers: corrected, partly or raw; corrected_ms: how much of the observed time; corrected_by: calibrations.
create function reading.corrected_line_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_lines text[] default null
)
returns table (
  line text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  forward numeric, forward_low numeric, forward_high numeric,
  backward numeric, backward_low numeric, backward_high numeric,
  raw_forward bigint, raw_backward bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer,
  numbers text, corrected_ms bigint, corrected_by integer[], excluded_ms bigint, partial boolean
)
language sql stable
begin atomic
  with place as materialized (
    select times.*, reading.excluded_times(p_site, times.line, null) as excluded
    from reading.line_times(p_site, p_from, p_to, p_hours, p_lines) as times
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
  ),
  part as (
    select known.line_id, width_bucket(known.start, (select edge.starts from edge)) as n,
      null::integer as calibration_id, null::numeric as ahead, null::numeric as ahead_low, null::numeric as ahead_high,
      null::numeric as back, null::numeric as back_low, null::numeric as back_high,
      sum(known.forward) as forward, sum(known.backward) as backward, sum(known.observed_ms) as observed_ms,
      bit_or(known.flags) as flags, false as excluded
    from reading.line_parts(p_site, p_bucket, p_from, p_to, p_hours, p_lines, true) as known
    where known.grain <> 'quarter'
    group by known.line_id, n
    union all
    select quarter.line_id, width_bucket(quarter.start, (select edge.starts from edge)) as n,
      ahead.calibration_id, ahead.factor as ahead, ahead.low as ahead_low, ahead.high as ahead_high,
      back.factor as back, back.low as back_low, back.high as back_high,
      sum(quarter.forward) as forward, sum(quarter.backward) as backward, sum(quarter.observed_ms) as observed_ms,
      bit_or(quarter.flags) as flags, out_of.is_so as excluded
    from reading.line_grains(p_site, p_bucket, p_from, p_to, p_hours, p_lines, true) as grain
      cross join lateral (
        select one.line_id, one.start, one.setup_id, one.forward, one.backward, one.observed_ms, one.flags
        from reading.line_quarter as one
        where one.line_id = grain.line_id and one.start >= grain.from_utc and one.start < grain.to_utc
        offset 0
      ) as quarter
      left join reading.correction as ahead on ahead.line_id = quarter.line_id and ahead.setup_id = quarter.setup_id
        and ahead.measure = 'forward' and ahead.during @> quarter.start
        and (ahead.dark is null or ahead.dark = (quarter.flags & 1 <> 0))
        and (
          ahead.busy is null
          or ahead.busy = ((quarter.forward + quarter.backward) * 60000.0 >= ahead.busy_from * quarter.observed_ms)
        )
      left join reading.correction as back on back.line_id = quarter.line_id and back.setup_id = quarter.setup_id
        and back.measure = 'backward' and back.calibration_id = ahead.calibration_id
        and back.dark is not distinct from ahead.dark and back.busy is not distinct from ahead.busy
      cross join lateral (
        select place.excluded && tstzrange(quarter.start, quarter.start + interval '15 minutes') as is_so
        from place
        where place.line_id = quarter.line_id
      ) as out_of
    where grain.grain = 'quarter'
    group by quarter.line_id, n, out_of.is_so, ahead.factor_id, ahead.calibration_id, ahead.factor, ahead.low, ahead.high,
      back.factor, back.low, back.high
  ),
  total as (
    select part.line_id, part.n, (sum(part.observed_ms) filter (where not part.excluded))::bigint as observed_ms,
      bit_or(part.flags) filter (where not part.excluded) as flags,
      (sum(part.observed_ms) filter (where part.excluded))::bigint as excluded_ms,
      sum(part.forward * coalesce(part.ahead, 1)) filter (where not part.excluded) as forward,
      sum(part.backward * coalesce(part.back, 1)) filter (where not part.excluded) as backward,
      sqrt(sum((part.forward * (part.ahead - part.ahead_low)) ^ 2) filter (where not part.excluded)) as forward_below,
      sqrt(sum((part.forward * (part.ahead_high - part.ahead)) ^ 2) filter (where not part.excluded)) as forward_above,
      sqrt(sum((part.backward * (part.back - part.back_low)) ^ 2) filter (where not part.excluded)) as backward_below,
      sqrt(sum((part.backward * (part.back_high - part.back)) ^ 2) filter (where not part.excluded)) as backward_above,
      coalesce(
        sum(part.observed_ms) filter (where part.calibration_id is not null and not part.excluded), 0
      )::bigint as corrected_ms,
      array_agg(distinct part.calibration_id)
        filter (where part.calibration_id is not null and not part.excluded) as corrected_by
    from part
    group by part.line_id, part.n
  )
  select flow.line, flow.start_utc, flow.end_utc, flow.start_local, flow.utc_offset_s,
    case when total.observed_ms > 0 then total.forward end,
    case when interval_known.is_so then total.forward - total.forward_below end,
    case when interval_known.is_so then total.forward + total.forward_above end,
    case when total.observed_ms > 0 then total.backward end,
    case when interval_known.is_so then total.backward - total.backward_below end,
    case when interval_known.is_so then total.backward + total.backward_above end,
    flow.forward, flow.backward, coalesce(total.observed_ms, 0), flow.expected_ms,
    reading.coverage(coalesce(total.observed_ms, 0), flow.expected_ms), coalesce(total.flags, 0),
    reading.numbers_kind(total.corrected_ms, total.observed_ms), coalesce(total.corrected_ms, 0),
    coalesce(total.corrected_by, '{}'), coalesce(total.excluded_ms, 0), flow.partial
  from reading.line_flow(p_site, p_bucket, p_from, p_to, p_hours, p_lines) as flow
    join place on place.line = flow.line
    join reading.cells(p_site, p_bucket, p_from, p_to) as cell on cell.start_utc = flow.start_utc
    left join total on total.line_id = place.line_id and total.n = cell.n
    cross join lateral (
      select coalesce(total.observed_ms > 0 and total.corrected_ms >= total.observed_ms, false) as is_so
    ) as interval_known;
end;
