-- needs: reading.like_days, reading.site_flow
-- What is usual at a site on a date like p_day: entries of each hour or quarter-hour by the clock, over the newest eight days
-- like it (reading.like_days) of which at least nine tenths were watched. Half of those days lie between low and high; middle
-- is their median. days: how many have the step, nine tenths of it watched; below three there are no numbers, only days.
--
-- A step that clocks show twice takes part once, the first time.
create function reading.typical_day(p_site text, p_bucket text, p_day date)
returns table (clock time, days integer, low bigint, middle bigint, high bigint)
language sql stable
begin atomic
  with day as materialized (
    select alike.*
    from reading.like_days(p_site, p_day) as alike
      cross join lateral reading.site_flow(p_site, 'day', alike.start_utc, alike.end_utc) as flow
    where flow.coverage >= 0.9
    order by alike.day desc
    limit 8
  ),
  step as (
    select flow.start_local::time as clock, flow.entries,
      row_number() over (partition by day.day, flow.start_local order by flow.start_utc) as time
    from day
      cross join lateral reading.site_flow(p_site, p_bucket, day.start_utc, day.end_utc) as flow
    where flow.coverage >= 0.9
  )
  select step.clock, count(*)::integer,
    case when count(*) >= 3 then percentile_cont(0.25) within group (order by step.entries) end::bigint,
    case when count(*) >= 3 then percentile_cont(0.5) within group (order by step.entries) end::bigint,
    case when count(*) >= 3 then percentile_cont(0.75) within group (order by step.entries) end::bigint
  from step
  where step.time = 1
  group by step.clock;
end;
