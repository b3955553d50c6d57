-- needs: reading.line_flow, reading.zone_flow
-- What doesn't change as people do. A line: the same two counts, ten or more together, for six quarter-hours in a row. A
-- zone: presence without anybody coming or going for two hours: a thing taken for a person, or one who sits very still.
-- measured is the number of quarter-hours, usual the fewest that count.
create function reading.anomaly_stuck(p_site text, p_from timestamptz, p_to timestamptz)
returns table (line text, zone text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  with quarter as (
    select flow.line, null::text as zone, flow.start_utc, flow.end_utc, flow.forward, flow.backward, 6 as least
    from reading.line_flow(p_site, 'quarter', p_from, p_to) as flow
    where flow.forward + flow.backward >= 10
    union all
    select null, flow.zone, flow.start_utc, flow.end_utc, 0, 0, 8
    from reading.zone_flow(p_site, 'quarter', p_from, p_to) as flow
    where flow.presence_s > 0 and flow.entries + flow.appeared + flow.exits + flow.lost = 0
  ),
  run as (
    select quarter.*, quarter.start_utc - interval '15 minutes' * row_number() over (
      partition by quarter.line, quarter.zone, quarter.forward, quarter.backward order by quarter.start_utc
    ) as stretch
    from quarter
  )
  select run.line, run.zone, min(run.start_utc), max(run.end_utc), count(*)::numeric, min(run.least)::numeric
  from run
  group by run.line, run.zone, run.forward, run.backward, run.stretch
  having count(*) >= min(run.least);
end;
