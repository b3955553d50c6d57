-- needs: reading.day_type, reading.is_asked, reading.open_cells, reading.profile_bucket
-- The buckets of reading.open_cells, of the length that reading.profile_bucket says, each with the group of the profile that
-- it belongs to, by local time.
--
-- group_number: 1 and up, in the order of the groups; 0 is a bucket that is left out, since it is partial and p_whole,
-- or its date is not among those that p_days asks for (reading.is_asked).
-- slot: numbers the pairs of a group and a local date, from 1; 0 like the group's. An hour that comes twice on its date
-- is in one slot both times.
create function reading.profile_cells(
  p_site text, p_by text, p_from timestamptz, p_to timestamptz, p_hours text, p_whole boolean,
  p_days text
)
returns table (
  n bigint, start_utc timestamptz, from_utc timestamptz, to_utc timestamptz, open_ms bigint, partial boolean,
  day date, group_number integer, slot integer
)
language sql stable
begin atomic
  with cell as (
    select cell.*, cell.start_local::date as day,
      extract(isodow from cell.start_local)::integer as weekday, extract(hour from cell.start_local)::integer as hour
    from reading.open_cells(p_site, reading.profile_bucket(p_by), p_from, p_to, p_hours) as cell
  ),
  asked as materialized (
    -- The hours of a date are looked up once.
    select dated.day from (select distinct cell.day from cell) as dated where reading.is_asked(p_site, dated.day, p_days)
  ),
  grouped as (
    select cell.n, cell.start_utc, cell.from_utc, cell.to_utc, cell.open_ms, cell.partial, cell.day,
      case
        when p_whole and cell.partial then 0
        when cell.day not in (select asked.day from asked) then 0
        when p_by = 'weekday' then cell.weekday
        when p_by = 'hour' then cell.hour + 1
        when p_by = 'weekday_hour' then 24 * (cell.weekday - 1) + cell.hour + 1
        when p_by = 'day_type' then reading.day_type(p_site, cell.day)
        else extract(month from cell.day)::integer
      end as group_number
    from cell
  )
  select grouped.n, grouped.start_utc, grouped.from_utc, grouped.to_utc, grouped.open_ms, grouped.partial, grouped.day,
    grouped.group_number,
    case when grouped.group_number > 0
      then dense_rank() over (order by grouped.group_number = 0, grouped.group_number, grouped.day)::integer else 0 end
  from grouped;
end;
