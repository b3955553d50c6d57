-- needs: reading.buckets, reading.like_days, reading.site, reading.site_flow, reading.start_of_day
-- Entries of the day or week (p_bucket) that p_at lies in, until the last quarter-hour that has passed, beside what is usual
-- until the same time by the clock: of the newest eight days like it (reading.like_days), or of the newest eight of the ten
-- weeks before, of which at least nine tenths were watched until then. No row where no quarter-hour has passed.
--
-- entries by the rule of reading.site_flow. Half of those days or weeks lie between low and high; middle is their median,
-- number how many there were; below three there are no numbers. previous: of the newest of them that has a number.
create function reading.typical_so_far(p_site text, p_bucket text, p_at timestamptz)
returns table (
  until_local timestamp, entries bigint, coverage numeric, estimate boolean, number integer, low bigint, middle bigint,
  high bigint, previous bigint
)
language sql stable
begin atomic
  with asked as materialized (
    select site.time_zone, bucket.start_utc, bucket.start_local, found.until_utc,
      found.until_utc at time zone site.time_zone as until_local
    from reading.site
      cross join (select date_bin('15 minutes', p_at, timestamptz '2000-01-01 00:00Z') as until_utc) as found
      cross join lateral reading.buckets(site.time_zone, p_bucket, p_at, p_at + interval '1 microsecond') as bucket
    where site.site = p_site and p_bucket in ('day', 'week') and bucket.start_utc < found.until_utc
  ),
  span as (
    select asked.start_utc, asked.until_utc from asked
    union all
    select alike.start_utc, (alike.day + asked.until_local::time) at time zone asked.time_zone
    from asked
      cross join lateral reading.like_days(p_site, asked.start_local::date) as alike
    where p_bucket = 'day'
    union all
    select reading.start_of_day(asked.time_zone, asked.start_local - weeks * interval '7 days'),
      (asked.until_local - weeks * interval '7 days') at time zone asked.time_zone
    from asked
      cross join generate_series(1, 10) as weeks
    where p_bucket = 'week'
  ),
  counted as materialized (
    select span.start_utc, flow.entries, flow.coverage, flow.estimate
    from span
      cross join lateral reading.site_flow(p_site, p_bucket, span.start_utc, span.until_utc) as flow
    where span.start_utc < span.until_utc
  ),
  usual as (
    select count(*)::integer as number,
      percentile_cont(array[0.25, 0.5, 0.75]) within group (order by chosen.entries) as quartile
    from (
      select counted.entries
      from counted, asked
      where counted.start_utc < asked.start_utc and counted.coverage >= 0.9
      order by counted.start_utc desc
      limit 8
    ) as chosen
  )
  select asked.until_local, now.entries, now.coverage, coalesce(now.estimate, false), usual.number,
    case when usual.number >= 3 then usual.quartile[1] end::bigint,
    case when usual.number >= 3 then usual.quartile[2] end::bigint,
    case when usual.number >= 3 then usual.quartile[3] end::bigint,
    (
      select counted.entries
      from counted
      where counted.start_utc < asked.start_utc and counted.entries is not null
      order by counted.start_utc desc
      limit 1
    )
  from asked
    cross join usual
    left join counted as now on now.start_utc = asked.start_utc;
end;
