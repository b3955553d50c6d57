-- needs: reading.line_usual
-- An hour of a line with 20 crossings or more, half as many again as the most of the same hour of the eight weeks
-- before (four at least), and above it by four times its square root. usual is that most.
create function reading.anomaly_spike(p_site text, p_from timestamptz, p_to timestamptz)
returns table (line text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  select hour.line, hour.start_utc, hour.end_utc, hour.crossings::numeric, hour.usual_high::numeric
  from reading.line_usual(p_site, p_from, p_to, 8, 'all') as hour
  where hour.weeks >= 4 and hour.start_utc >= p_from and hour.crossings >= 20
    and hour.crossings > 1.5 * hour.usual_high and hour.crossings > hour.usual_high + 4 * sqrt(hour.usual_high + 1);
end;
