-- needs: reading.line_flow
-- Raw material for judging lines: the crossings of each line and hour beside what is usual at that hour of the weekday:
-- the median, the lowest and the highest of the p_weeks weeks before, of those watched for nine tenths or more (weeks
-- says how many); an hour that came twice in its night is one of them, the first time. difference is forward less
-- backward; turned is gross over net crossings.
create function reading.line_usual(
  p_site text, p_from timestamptz, p_to timestamptz, p_weeks integer default 8, p_hours text default 'all'
)
returns table (
  line text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, crossings bigint, difference bigint,
  turned numeric, coverage numeric, flags integer, weeks integer, usual numeric, usual_low bigint, usual_high bigint
)
language sql stable
begin atomic
  with hour as (
    select flow.*, flow.forward + flow.backward as crossings,
      -- The same hour of the weeks before: those of the frame that are as far into their week.
      array_agg(flow.forward + flow.backward) filter (where flow.coverage >= 0.9 and flow.nth = 1) over (
        partition by flow.line, flow.start_local - date_trunc('week', flow.start_local)
        order by flow.start_local
        range between interval '7 days' * p_weeks preceding and interval '1 day' preceding
      ) as others
    from (
      select one.*, row_number() over (partition by one.line, one.start_local order by one.start_utc) as nth
      from reading.line_flow(p_site, 'hour', p_from - p_weeks * interval '7 days 1 hour', p_to, p_hours) as one
      where one.expected_ms > 0
    ) as flow
  )
  select hour.line, hour.start_utc, hour.end_utc, hour.start_local, hour.crossings, hour.forward - hour.backward,
    round((hour.gross_forward + hour.gross_backward)::numeric / nullif(hour.crossings, 0), 3), hour.coverage, hour.flags,
    coalesce(cardinality(hour.others), 0), round(earlier.usual::numeric, 1), earlier.low, earlier.high
  from hour
    cross join lateral (
      select percentile_cont(0.5) within group (order by other) as usual, min(other) as low, max(other) as high
      from unnest(hour.others) as other
    ) as earlier
  where hour.end_utc > p_from;
end;
