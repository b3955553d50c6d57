-- needs: reading.buckets, reading.start_of_day
-- The time of [p_from, p_to) and the time after p_before in which clocks showed the same: pairs of equally long stretches.
-- p_from and p_before are the first instants of two local days, p_to lies within the first of them or at its end.
--
-- Only whole quarter-hours take part. An hour that comes twice on one of the days is paired once, the first time; an hour
-- that one day lacks has no pair. So nothing is compared twice, and nothing with another hour. until_local: what clocks
-- show where the stretch ends.
create function reading.same_clock(p_tz text, p_from timestamptz, p_to timestamptz, p_before timestamptz)
returns table (
  from_utc timestamptz, to_utc timestamptz, before_from_utc timestamptz, before_to_utc timestamptz, until_local timestamp
)
language sql stable parallel safe
begin atomic
  with quarter as (
    select day.first, found.start_utc, found.start_local,
      row_number() over (partition by day.first, found.start_local order by found.start_utc) as time
    from (
      values (p_from, p_to), (p_before, reading.start_of_day(p_tz, (p_before at time zone p_tz)::date + interval '1 day'))
    ) as day (first, after)
      cross join lateral reading.buckets(p_tz, 'quarter', day.first, day.after) as found
    where found.end_utc <= day.after
  ),
  pair as (
    select one.start_utc, other.start_utc as before_utc, one.start_local, one.start_utc - other.start_utc as apart,
      row_number() over (partition by one.start_utc - other.start_utc order by one.start_utc) as n
    from quarter as one
      join quarter as other on other.first = p_before and other.time = one.time
        and other.start_local::time = one.start_local::time
    where one.first = p_from
  )
  select min(start_utc), max(start_utc) + interval '15 minutes', min(before_utc), max(before_utc) + interval '15 minutes',
    max(start_local) + interval '15 minutes'
  from pair
  group by apart, start_utc - n * interval '15 minutes';
end;
