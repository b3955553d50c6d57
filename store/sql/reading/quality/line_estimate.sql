-- needs: reading.cells, reading.coverage, reading.excluded_times, reading.line, reading.line_flow
-- What a line would probably have counted while it wasn't watched: an estimate, apart from what it counted, and never
-- added to it here. p_bucket is an hour or longer.
--
-- Each hour that wasn't watched in full takes the rate of its matched hours: the same hour of the same weekday, up to
-- p_weeks weeks before and after, watched for nine tenths or more: their crossings over their watched time, times the time
-- that is missing. Hours with fewer than three such stay without an estimate: unfilled_ms. low and high take the lowest
-- and the highest rate among them: bounds of what was usual, no interval of confidence. An hour of which people excluded
-- something is no match. Where nothing is missing the estimate is 0.
create function reading.line_estimate(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_lines text[] default null, p_weeks integer default 4
)
returns table (
  line text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  forward bigint, backward bigint, observed_ms bigint, expected_ms bigint, coverage numeric,
  missing_ms bigint, unfilled_ms bigint, missing_forward numeric, missing_forward_low numeric,
  missing_forward_high numeric, missing_backward numeric, missing_backward_low numeric, missing_backward_high numeric,
  matches integer, partial boolean
)
language sql stable
begin atomic
  with hour as materialized (
    select flow.*, greatest(flow.expected_ms - flow.observed_ms, 0) as missing_ms
    from reading.line_flow(p_site, 'hour', p_from, p_to, p_hours, p_lines) as flow
  ),
  around as materialized (
    select flow.*
    from reading.line_flow(
      p_site, 'hour', p_from - p_weeks * interval '7 days 1 hour', p_to + p_weeks * interval '7 days 1 hour', p_hours,
      p_lines
    ) as flow
      join (
        select line.line, reading.excluded_times(p_site, line.line, null) as times
        from reading.line
        where line.site = p_site
        offset 0  -- once a line, not once an hour
      ) as excluded on excluded.line = flow.line
    where flow.coverage >= 0.9 and not excluded.times && tstzrange(flow.start_utc, flow.end_utc)
  ),
  rate as (
    select hour.line, hour.start_utc, count(*)::integer as matches,
      sum(other.forward) / sum(other.observed_ms) as forward, min(other.forward::numeric / other.observed_ms) as forward_low,
      max(other.forward::numeric / other.observed_ms) as forward_high,
      sum(other.backward) / sum(other.observed_ms) as backward,
      min(other.backward::numeric / other.observed_ms) as backward_low,
      max(other.backward::numeric / other.observed_ms) as backward_high
    from hour
      cross join generate_series(-p_weeks, p_weeks) as week
      join around as other on other.line = hour.line and other.start_local = hour.start_local + week * interval '7 days'
    where hour.missing_ms > 0 and week <> 0
    group by hour.line, hour.start_utc
    having count(*) >= 3
  ),
  total as (
    select hour.line, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s, cell.partial,
      sum(hour.forward)::bigint as forward, sum(hour.backward)::bigint as backward,
      sum(hour.observed_ms)::bigint as observed_ms, sum(hour.expected_ms)::bigint as expected_ms,
      sum(hour.missing_ms)::bigint as missing_ms,
      coalesce(sum(hour.missing_ms) filter (where rate.matches is null), 0)::bigint as unfilled_ms,
      case when sum(hour.expected_ms) > 0 and sum(hour.missing_ms) = 0 then 0.0 end as nobody,
      round(sum(hour.missing_ms * rate.forward), 1) as ahead, round(sum(hour.missing_ms * rate.forward_low), 1) as ahead_low,
      round(sum(hour.missing_ms * rate.forward_high), 1) as ahead_high,
      round(sum(hour.missing_ms * rate.backward), 1) as back, round(sum(hour.missing_ms * rate.backward_low), 1) as back_low,
      round(sum(hour.missing_ms * rate.backward_high), 1) as back_high, min(rate.matches) as matches
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
      join hour on hour.start_utc >= cell.start_utc and hour.start_utc < cell.end_utc
      left join rate on rate.line = hour.line and rate.start_utc = hour.start_utc
    group by hour.line, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s, cell.partial
  )
  select line, start_utc, end_utc, start_local, utc_offset_s, forward, backward, observed_ms, expected_ms,
    reading.coverage(observed_ms, expected_ms), missing_ms, unfilled_ms, coalesce(ahead, nobody),
    coalesce(ahead_low, nobody), coalesce(ahead_high, nobody), coalesce(back, nobody), coalesce(back_low, nobody),
    coalesce(back_high, nobody), matches, partial
  from total;
end;
