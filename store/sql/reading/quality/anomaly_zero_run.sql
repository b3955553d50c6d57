-- needs: reading.anomaly_hours, reading.line_silence, reading.line_usual
-- A line that counted nobody for half an hour or longer, where ten crossings or more are usual in that time: the median
-- of the same hours of the eight weeks before, three at least. Where less is known, two hours of silence, if the site has
-- opening hours. measured is the number of quarter-hours, usual the crossings.
create function reading.anomaly_zero_run(p_site text, p_from timestamptz, p_to timestamptz)
returns table (line text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  with silence as materialized (
    select * from reading.line_silence(p_site, p_from, p_to, 2, reading.anomaly_hours(p_site))
  ),
  expected as (
    select silence.line, silence.from_utc, silence.to_utc, silence.quarters, min(hour.weeks) as weeks,
      sum(
        hour.usual * extract(epoch from least(silence.to_utc, hour.end_utc) - greatest(silence.from_utc, hour.start_utc))
        / extract(epoch from hour.end_utc - hour.start_utc)
      ) as usual
    from silence
      join reading.line_usual(p_site, p_from, p_to, 8, reading.anomaly_hours(p_site)) as hour
        on hour.line = silence.line and hour.start_utc < silence.to_utc and hour.end_utc > silence.from_utc
    group by silence.line, silence.from_utc, silence.to_utc, silence.quarters
  )
  select expected.line, expected.from_utc, expected.to_utc, expected.quarters::numeric, round(expected.usual, 1)
  from expected
  where case
    when expected.weeks >= 3 then expected.usual >= 10
    else expected.quarters >= 8 and reading.anomaly_hours(p_site) = 'open'
  end;
end;
