-- needs: reading.commissioned_ms, reading.coverage, reading.line_parts, reading.line_times, reading.open_cells
-- Crossings of each line (main and check) in each bucket of local time.
--
-- Every cell exists. Where nothing was observed the counts are null, not 0. A quarter-hour outside the line's
-- commissioned time is no part of any number, nor one outside the hours asked for (p_hours: all, open or staffed).
-- partial: the bucket is cut by [p_from, p_to), or hasn't ended yet (reading.cells). The
-- quarter-hours of a cell are found by binary search among the bucket starts, so that one scan is enough whatever the
-- bucket. p_lines null: all lines.
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
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts from cell
  )
  select place.line, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when fact.observed_ms > 0 then fact.forward end, case when fact.observed_ms > 0 then fact.backward end,
    case when fact.observed_ms > 0 then fact.gross_forward end,
    case when fact.observed_ms > 0 then fact.gross_backward end,
    coalesce(fact.observed_ms, 0), expected.ms, reading.coverage(coalesce(fact.observed_ms, 0), expected.ms),
    coalesce(fact.flags, 0), cell.partial
  from place
    cross join cell
    left join (
      select part.line_id, width_bucket(part.start, (select edge.starts from edge)) as n,
        sum(part.forward) as forward, sum(part.backward) as backward,
        sum(part.gross_forward) as gross_forward, sum(part.gross_backward) as gross_backward,
        sum(part.observed_ms) as observed_ms, bit_or(part.flags) as flags
      from reading.line_parts(p_site, p_bucket, p_from, p_to, p_hours, p_lines) as part
      group by part.line_id, n
    ) as fact on fact.line_id = place.line_id and fact.n = cell.n
    cross join lateral (
      select case
        when place.whole or place.commissioned @> tstzrange(cell.from_utc, cell.to_utc) then cell.open_ms
        else reading.commissioned_ms(place.counted, cell.from_utc, cell.to_utc)
      end as ms
      offset 0  -- evaluated once a row
    ) as expected;
end;
