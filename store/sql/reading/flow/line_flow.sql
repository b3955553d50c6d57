-- needs: reading.commissioned_ms, reading.coverage, reading.line_sums, reading.line_times, reading.open_cells
-- Crossings of each line (main and check) in each bucket of local time.
--
-- Every cell exists. Where nothing was observed the counts are null, not 0. A quarter-hour outside the line's
-- commissioned time is no part of any number, nor one outside the hours asked for (p_hours: all, open or staffed).
-- partial: the bucket is cut by [p_from, p_to), or hasn't ended yet (reading.cells). Counts come from sums by day or hour
-- where there are (reading.line_sums). p_lines null: all lines.
create function reading.line_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_lines text[] default null
)
returns table (
  line text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  forward bigint, backward bigint, gross_forward bigint, gross_backward bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer, partial boolean
)
language sql stable
begin atomic
  with place as materialized (
    select * from reading.line_times(p_site, p_from, p_to, p_hours, p_lines)
  ),
  cell as materialized (
    select * from reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours)
  )
  select cell.line, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when fact.observed_ms > 0 then fact.forward end, case when fact.observed_ms > 0 then fact.backward end,
    case when fact.observed_ms > 0 then fact.gross_forward end,
    case when fact.observed_ms > 0 then fact.gross_backward end,
    coalesce(fact.observed_ms, 0), cell.expected_ms, reading.coverage(coalesce(fact.observed_ms, 0), cell.expected_ms),
    coalesce(fact.flags, 0), cell.partial
  from (
      select place.line_id, place.line, cell.*,
        case
          when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
          else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
        end as expected_ms
      from place
        cross join cell
      offset 0  -- expected_ms is evaluated once a row
    ) as cell
    left join reading.line_sums(p_site, p_bucket, p_from, p_to, p_hours, p_lines) as fact
      on fact.line_id = cell.line_id and fact.n = cell.n;
end;
