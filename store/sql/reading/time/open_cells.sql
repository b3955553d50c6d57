-- needs: reading.cells, reading.expected_ms, reading.open_time
-- The cells of reading.cells with the milliseconds of each that lie in the hours asked for.
create function reading.open_cells(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text)
returns table (
  n bigint, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  from_utc timestamptz, to_utc timestamptz, open_ms bigint, partial boolean
)
language sql stable
begin atomic
  select cell.n, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s, cell.from_utc, cell.to_utc,
    reading.expected_ms(open.during, cell.from_utc, cell.to_utc), cell.partial
  from reading.cells(p_site, p_bucket, p_from, p_to) as cell
    cross join (select reading.open_time(p_site, p_hours, p_from, p_to) as during offset 0) as open;
end;
