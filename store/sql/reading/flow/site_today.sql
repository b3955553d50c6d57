-- needs: reading.buckets, reading.line, reading.line_arrived, reading.line_flow, reading.site
-- Entries of the local day that p_at lies in, as far as they can have arrived: each line is expected to have been watched
-- until the end of its newest record, and at least until the end of the last of its intervals (as long as its records are;
-- a minute where it has none) that was over 30 s before p_at. So a line that sends every quarter-hour is not called unwatched
-- for its open one, nor one whose record is on its way; one that has fallen silent is, from then on.
--
-- Otherwise by the rule of reading.site_flow. until_utc: the earliest of those ends. No row where there is no line to outside
-- or nothing can have arrived yet.
create function reading.site_today(p_site text, p_at timestamptz)
returns table (entries bigint, coverage numeric, missing text[], estimate boolean, until_utc timestamptz)
language sql stable
begin atomic
  with day as materialized (
    select bucket.start_utc
    from reading.site
      cross join lateral reading.buckets(site.time_zone, 'day', p_at, p_at + interval '1 microsecond') as bucket
    where site.site = p_site
  ),
  expected as materialized (
    select line.line, line.from_space is null as forward_in, day.start_utc,
      greatest(
        date_bin(
          make_interval(secs => coalesce(arrived.period_s, 60)), p_at - interval '30 seconds', timestamptz '2000-01-01 00:00Z'
        ),
        least(coalesce(arrived.until_utc, '-infinity'), p_at)
      ) as until_utc
    from day
      cross join reading.line
      join reading.line_arrived as arrived on arrived.site = p_site and arrived.line = line.line
    where line.site = p_site and line.role = 'main' and (line.from_space is null or line.to_space is null)
  ),
  watched as (
    select expected.line, expected.until_utc, flow.coverage,
      case when expected.forward_in then flow.forward else flow.backward end as entries
    from expected
      cross join lateral reading.line_flow(
        p_site, 'day', expected.start_utc, expected.until_utc, 'all', array[expected.line]
      ) as flow
    where expected.start_utc < expected.until_utc and flow.expected_ms > 0
  )
  select case when min(watched.coverage) >= 0.5 then sum(watched.entries)::bigint end, min(watched.coverage),
    coalesce(array_agg(watched.line order by watched.line) filter (where watched.coverage < 0.9), '{}'),
    coalesce(min(watched.coverage) < 0.9, false), min(watched.until_utc)
  from watched
  having count(*) > 0;
end;
