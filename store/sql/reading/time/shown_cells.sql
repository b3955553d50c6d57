-- needs: reading.cells
-- The times of each cell as text, as exports show them: at is the start as in the functions' rows, to be joined by;
-- number counts them from 1, in order. JSON writes times like this, whatever the
-- session's settings.
create function reading.shown_cells(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (at timestamptz, start_utc text, end_utc text, start_local text, utc_offset text, number bigint, partial boolean)
language sql stable
begin atomic
  select cell.start_utc, trim('"' from to_json(cell.start_utc at time zone 'UTC')::text) || 'Z',
    trim('"' from to_json(cell.end_utc at time zone 'UTC')::text) || 'Z',
    trim('"' from to_json(cell.start_local)::text),
    case when cell.utc_offset_s < 0 then '-' else '+' end
      || to_char(make_interval(secs => abs(cell.utc_offset_s)), 'HH24:MI'),
    cell.n, cell.partial
  from reading.cells(p_site, p_bucket, p_from, p_to) as cell;
end;
