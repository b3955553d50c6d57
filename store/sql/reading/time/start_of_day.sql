-- The first instant of a local date (`p_day` is its midnight). PostgreSQL alone would take the second midnight where the
-- clocks go back over it (the Azores, Havana); where they skip midnight it already takes the instant of the skip.
create function reading.start_of_day(p_tz text, p_day timestamp) returns timestamptz
language sql stable parallel safe
as $$
  select case when earlier at time zone p_tz = p_day then least(earlier, later) else later end
  from (values (p_day at time zone p_tz)) as taken (later)
  -- The same midnight by the clock of the day before.
  cross join lateral (
    values (
      later - interval '24 hours'
      + make_interval(secs => extract(epoch from p_day - (later - interval '24 hours') at time zone p_tz)::double precision)
    )
  ) as other (earlier)
$$;
