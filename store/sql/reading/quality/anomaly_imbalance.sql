-- needs: reading.space, reading.space_flow
-- A whole local day of a closed space, watched for nine tenths on each main line, in which those who went in and out
-- differ by 20 people, by a tenth of the larger number, and by four times the square root of all: more than chance and
-- some people at midnight explain. measured is inward - outward, usual the most that it may be.
create function reading.anomaly_imbalance(p_site text, p_from timestamptz, p_to timestamptz)
returns table (space text, starts_at timestamptz, ends_at timestamptz, measured numeric, usual numeric)
language sql stable
begin atomic
  with day as (
    select flow.space, flow.start_utc, flow.end_utc, flow.inward - flow.outward as difference,
      greatest(20, 0.1 * greatest(flow.inward, flow.outward), 4 * sqrt(flow.inward + flow.outward)) as most
    from reading.space_flow(p_site, 'day', p_from, p_to) as flow
      join reading.space as place on place.site = p_site and place.space = flow.space
    where flow.coverage >= 0.9 and flow.start_utc >= p_from and flow.end_utc <= p_to
      and place.closed_during @> tstzrange(flow.start_utc, flow.end_utc)
  )
  select day.space, day.start_utc, day.end_utc, day.difference::numeric, round(day.most::numeric, 1)
  from day
  where abs(day.difference) > day.most;
end;
