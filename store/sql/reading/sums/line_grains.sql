-- needs: reading.edges, reading.in_quarters, reading.own_times, reading.line_summed, reading.line_times, reading.whole_between
-- Which times of each line are counted, cut into what they are read from: days, hours, quarters (grain). Whole days and
-- hours have sums that count, are counted all of them, and lie in one bucket; quarter-hours are the rest: at the edges of
-- what was asked for and of commissioned times, today, what came late, and all that isn't summed up yet. Whatever is
-- summed up, the numbers are the same.
-- p_corrected: as corrected numbers need them, which look at each quarter-hour where reading.own_times says so.
create function reading.line_grains(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_lines text[],
  p_corrected boolean default false
)
returns table (line_id integer, grain text, from_utc timestamptz, to_utc timestamptz)
language sql stable
begin atomic
  with asked as materialized (
    select
      case when p_from < p_to and isfinite(p_from) and isfinite(p_to) then tstzmultirange(tstzrange(p_from, p_to))
        else '{}' end as during,
      case when p_bucket in ('day', 'week', 'month') then reading.edges(p_site, 'day', p_from, p_to) end as days
  ),
  hour_edge as (
    select reading.edges(p_site, 'hour', p_from, p_to) as starts where p_bucket <> 'quarter'
  ),
  part as materialized (
    select times.line_id, counted.during, coalesce(counted.during * summed.during, '{}') - own.during as summed
    from reading.line_times(p_site, p_from, p_to, p_hours, p_lines) as times
      cross join asked
      left join reading.line_summed as summed on summed.line_id = times.line_id
      cross join lateral (
        select case when times.always then asked.during
          else reading.in_quarters(times.counted * asked.during) * asked.during end as during
        offset 0
      ) as counted
      cross join lateral (
        select case when p_corrected then reading.own_times(p_site, times.line_id, times.line, null, null) else '{}' end as during
        offset 0
      ) as own
  ),
  cut as materialized (
    select part.line_id, part.during, days.during as days, hours.during as hours
    from part
      cross join asked
      cross join lateral (select reading.whole_between(asked.days, part.summed) as during offset 0) as days
      cross join lateral (
        -- Years have many hours, and are often whole days all of them: their edges are found where they are needed.
        select case when part.summed = days.during then '{}'
          else reading.whole_between((select hour_edge.starts from hour_edge), part.summed - days.during) end as during
        offset 0
      ) as hours
  )
  select cut.line_id, piece.grain, lower(piece.during), upper(piece.during)
  from cut
    cross join lateral (
      select 'day', unnest(cut.days)
      union all
      select 'hour', unnest(cut.hours)
      union all
      select 'quarter', unnest(cut.during - cut.days - cut.hours)
    ) as piece (grain, during);
end;
