-- needs: reading.line_flow
-- Raw material for judging lines: each stretch of observed quarter-hours in a row in which nobody crossed a line, where
-- it lasted for p_quarters or more, in the hours asked for. Gaps of observation end a stretch. gross is what turned back
-- on the line meanwhile: a line that is alive but counts nothing has some.
create function reading.line_silence(
  p_site text, p_from timestamptz, p_to timestamptz, p_quarters integer default 8, p_hours text default 'open'
)
returns table (line text, from_utc timestamptz, to_utc timestamptz, quarters integer, gross bigint, flags integer)
language sql stable
begin atomic
  with quarter as (
    select flow.line, flow.start_utc, flow.end_utc, flow.forward + flow.backward as crossings,
      flow.gross_forward + flow.gross_backward as gross, flow.flags,
      flow.start_utc - row_number() over (
        partition by flow.line, flow.forward + flow.backward order by flow.start_utc
      ) * interval '15 minutes' as stretch
    from reading.line_flow(p_site, 'quarter', p_from, p_to, p_hours) as flow
    where flow.expected_ms > 0 and flow.observed_ms > 0
  )
  select quarter.line, min(quarter.start_utc), max(quarter.end_utc), count(*)::integer, sum(quarter.gross)::bigint,
    bit_or(quarter.flags)
  from quarter
  where quarter.crossings = 0
  group by quarter.line, quarter.stretch
  having count(*) >= p_quarters;
end;
