-- needs: reading.border, reading.commissioned_ms, reading.open_cells, reading.open_time, reading.space, reading.sum_lines
-- The cells of the sums of the site, its spaces or its borders (p_of, part: as reading.sum_lines), each with the time in
-- which at least one of its main lines was commissioned, within the hours asked for.
create function reading.sum_cells(
  p_site text, p_of text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text
)
returns table (
  part text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  with part as (
    select '' as part where p_of = 'site'
    union all
    select space.space from reading.space where p_of = 'space' and space.site = p_site
    union all
    select border.border from reading.border where p_of = 'border' and border.site = p_site
  ),
  known as materialized (
    select part.part, lines.commissioned, lines.commissioned * asked.open as counted
    from part
      cross join (select reading.open_time(p_site, p_hours, p_from, p_to) as open offset 0) as asked
      cross join lateral (
        select coalesce(range_agg(line.commissioned), '{}') as commissioned
        from reading.sum_lines(p_site, p_of) as line
        where line.part = part.part
      ) as lines
  )
  select known.part, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case
      when known.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
      else reading.commissioned_ms(known.counted, cell.from_utc, cell.to_utc)
    end,
    cell.partial
  from known
    cross join reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours) as cell;
end;
