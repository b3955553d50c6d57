-- needs: reading.space_dwell, reading.space_flow
-- People in each closed space at the end of each bucket, from its lines alone, between two times at which nobody was in
-- it: p_from and p_to, as the caller knows.
--
-- occupancy is what came in less what went out since p_from. At p_to it should be 0; what it is instead is the drift:
-- crossings missed one way and not the other. Those may have been missed at any time between, so the true number lies
-- between occupancy and occupancy less the drift: occupancy_low and occupancy_high, never below 0. What was missed both
-- ways shows in no drift. refused_for says why there is no number: not_closed, coverage (a main line watched for less
-- than 0.98 of the time), drift (see reading.space_dwell). Never in a verdict.
create function reading.space_occupancy(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_spaces text[] default null
)
returns table (
  space text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  occupancy bigint, occupancy_low bigint, occupancy_high bigint, refused_for text,
  observed_ms bigint, expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  with whole as materialized (
    select * from reading.space_dwell(p_site, p_from, p_to, p_spaces)
  ),
  counted as (
    select flow.space, flow.start_utc, flow.end_utc, flow.start_local, flow.utc_offset_s, flow.observed_ms,
      flow.expected_ms, flow.partial,
      (sum(coalesce(flow.inward, 0) - coalesce(flow.outward, 0)) over (
        partition by flow.space order by flow.start_utc
      ))::bigint as inside
    from reading.space_flow(p_site, p_bucket, p_from, p_to, 'all', p_spaces) as flow
  )
  select counted.space, counted.start_utc, counted.end_utc, counted.start_local, counted.utc_offset_s,
    case when whole.refused_for is null then greatest(counted.inside, 0) end,
    case when whole.refused_for is null then greatest(least(counted.inside, counted.inside - whole.drift), 0) end,
    case when whole.refused_for is null then greatest(counted.inside, counted.inside - whole.drift, 0) end,
    whole.refused_for, counted.observed_ms, counted.expected_ms, counted.partial
  from counted
    join whole on whole.space = counted.space;
end;
