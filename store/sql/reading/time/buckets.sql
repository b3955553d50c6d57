-- needs: reading.bucket, reading.start_of_day
-- Every quarter, hour, day, ISO week or month of a time zone that overlaps [p_from, p_to), whole: its ends are not cut.
-- A day begins at the first instant of its date, so it has 23, 24 or 25 hours (or 23.5 and 24.5 on Lord Howe Island).
-- An hour has one offset from UTC: where an hour comes twice there are two rows, where half of one is skipped it is short.
-- start_local is what clocks show at start_utc. Nothing depends on the session's own time zone.
-- No rows where p_from >= p_to or where one of them is infinite.
create function reading.buckets(p_tz text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer)
language sql stable parallel safe
as $$
  with asked as (
    select
      p_bucket::reading.bucket as bucket,
      case p_bucket when 'week' then 'week' when 'month' then 'month' else 'day' end as days,
      case p_bucket when 'week' then interval '7 days' when 'month' then interval '1 month' else interval '1 day' end as step
    where p_from < p_to and isfinite(p_from) and isfinite(p_to)
  ),
  -- One date too many, since a bucket ends where the next begins, and another for clocks that go back over midnight.
  dated as (
    select bucket, reading.start_of_day(p_tz, day) as start_utc
    from asked
    cross join lateral generate_series(
      date_trunc(days, p_from at time zone p_tz), (p_to at time zone p_tz) + step + interval '1 day', step
    ) as day
    where bucket <> 'quarter'
  ),
  whole as (
    select bucket, start_utc, lead(start_utc) over (order by start_utc) as end_utc, start_utc at time zone p_tz as start_local
    from dated
  ),
  days as (
    select
      *,
      -- The clocks aren't changed in it, so its hours need no look-up each.
      start_local - start_utc at time zone 'UTC' = end_utc at time zone p_tz - end_utc at time zone 'UTC'
        and start_local = date_trunc('hour', start_local) as even
    from whole
    where start_utc < end_utc and start_utc < p_to and end_utc > p_from
  ),
  found as (
    select start_utc, end_utc, start_local
    from days
    where bucket <> 'hour'
    union all
    select
      hour,
      least(hour + interval '1 hour', end_utc),
      start_local + (hour - start_utc)
    from days
    cross join lateral generate_series(start_utc, end_utc - interval '1 second', interval '1 hour') as hour
    where bucket = 'hour' and even
    union all
    select min(quarter), max(quarter) + interval '15 minutes', min(local)
    from days
    cross join lateral generate_series(start_utc, end_utc - interval '1 second', interval '15 minutes') as quarter
    cross join lateral (values (quarter at time zone p_tz)) as shown (local)
    where bucket = 'hour' and not even
    group by date_trunc('hour', local), local - quarter at time zone 'UTC'
    union all
    select quarter, quarter + interval '15 minutes', quarter at time zone p_tz
    from asked
    cross join lateral generate_series(
      date_bin('15 minutes', p_from, timestamptz '2000-01-01 00:00Z'), p_to, interval '15 minutes'
    ) as quarter
    where bucket = 'quarter'
  )
  select start_utc, end_utc, start_local, extract(epoch from start_local - start_utc at time zone 'UTC')::integer
  from found
  where start_utc < p_to and end_utc > p_from
$$;
