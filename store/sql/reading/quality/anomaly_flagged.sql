-- needs: reading.line_flow, reading.zone_flow
-- Stretches of p_quarters or more quarter-hours in a row in which the counter of a line or zone raised one of the flags.
create function reading.anomaly_flagged(
  p_site text, p_from timestamptz, p_to timestamptz, p_flags integer, p_quarters integer, p_hours text
)
returns table (line text, zone text, starts_at timestamptz, ends_at timestamptz, quarters integer)
language sql stable
begin atomic
  with quarter as (
    select flow.line, null::text as zone, flow.start_utc, flow.end_utc
    from reading.line_flow(p_site, 'quarter', p_from, p_to, p_hours) as flow
    where flow.expected_ms > 0 and flow.flags & p_flags <> 0
    union all
    select null, flow.zone, flow.start_utc, flow.end_utc
    from reading.zone_flow(p_site, 'quarter', p_from, p_to, p_hours) as flow
    where flow.expected_ms > 0 and flow.flags & p_flags <> 0
  ),
  run as (
    select quarter.*, quarter.start_utc - interval '15 minutes' * row_number() over (
      partition by quarter.line, quarter.zone order by quarter.start_utc
    ) as stretch
    from quarter
  )
  select run.line, run.zone, min(run.start_utc), max(run.end_utc), count(*)::integer
  from run
  group by run.line, run.zone, run.stretch
  having count(*) >= p_quarters;
end;
