-- needs: reading.buckets, reading.coverage, reading.line, reading.line_flow, reading.same_clock, reading.site
-- needs: reading.start_of_day
-- Entries of the local day that p_at lies in beside those of the same weekday a week before, both in the same time by the
-- clock (reading.same_clock) until the last quarter-hour that has passed. No row where none has.
--
-- Both by the rule of reading.site_flow, over all of that time: no sum where a line was watched for less than half of it,
-- an estimate below nine tenths. change is the difference over week_ago; null where one of them is an estimate, or
-- week_ago is below 30: 3 for 1 is chance. until_local: what clocks show at the end of that time. left_out: one of the
-- days had time until then that the other didn't have.
create function reading.site_week_ago(p_site text, p_at timestamptz)
returns table (
  entries bigint, week_ago bigint, estimate boolean, week_ago_estimate boolean, change numeric, until_local timestamp,
  left_out boolean
)
language sql stable
begin atomic
  with day as materialized (
    select site.time_zone, bucket.start_utc,
      reading.start_of_day(site.time_zone, bucket.start_local::date - interval '7 days') as before_utc
    from reading.site
      cross join lateral reading.buckets(site.time_zone, 'day', p_at, p_at + interval '1 microsecond') as bucket
    where site.site = p_site
  ),
  stretch as materialized (
    select day.start_utc, day.before_utc, same.*
    from day
      cross join lateral reading.same_clock(
        day.time_zone, day.start_utc, date_bin('15 minutes', p_at, timestamptz '2000-01-01 00:00Z'), day.before_utc
      ) as same
  ),
  compared as (
    select max(until_local) as until_local,
      greatest(max(to_utc) - min(start_utc), max(before_to_utc) - min(before_utc), date_bin(
        '15 minutes', p_at, timestamptz '2000-01-01 00:00Z') - min(start_utc)) > sum(to_utc - from_utc) as left_out
    from stretch
  ),
  watched as (
    select side.earlier, flow.line, sum(flow.forward) as forward, sum(flow.backward) as backward,
      reading.coverage(sum(flow.observed_ms)::bigint, sum(flow.expected_ms)::bigint) as coverage
    from stretch
      cross join lateral (
        values (false, stretch.from_utc, stretch.to_utc), (true, stretch.before_from_utc, stretch.before_to_utc)
      ) as side (earlier, from_utc, to_utc)
      cross join lateral reading.line_flow(p_site, 'day', side.from_utc, side.to_utc) as flow
    where flow.expected_ms > 0
    group by side.earlier, flow.line
  ),
  total as (
    select watched.earlier, min(watched.coverage) < 0.9 as estimate,
      case
        when min(watched.coverage) >= 0.5
        then sum(case when line.from_space is null then watched.forward else watched.backward end)::bigint
      end as entries
    from watched
      join reading.line on line.site = p_site and line.line = watched.line and line.role = 'main'
    where line.from_space is null or line.to_space is null
    group by watched.earlier
  )
  select now.entries, before.entries, coalesce(now.estimate, false), coalesce(before.estimate, false),
    case
      when not now.estimate and not before.estimate and before.entries >= 30
      then round(now.entries::numeric / before.entries - 1, 4)
    end,
    compared.until_local, compared.left_out
  from compared
    left join total as now on not now.earlier
    left join total as before on before.earlier
  where compared.until_local is not null;
end;
