-- Crossings of each line (main and check) in each bucket of local time.
--
-- Every cell exists. Where nothing was observed the counts are null, not 0. A quarter-hour outside the line's
-- commissioned time is no part of any number. The quarter-hours of a cell are found by binary search among the bucket
-- starts, so that one scan is enough whatever the bucket.
create function reading.line_flow(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (
  line text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  forward bigint, backward bigint, gross_forward bigint, gross_backward bigint,
  observed_ms bigint, expected_ms bigint, coverage numeric, flags integer
)
language sql stable
begin atomic
  with cell as materialized (
    select * from reading.cells(p_site, p_bucket, p_from, p_to)
  ),
  edge as (
    select array_agg(cell.start_utc order by cell.n) as starts from cell
  )
  select line.line, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when fact.observed_ms > 0 then fact.forward end, case when fact.observed_ms > 0 then fact.backward end,
    case when fact.observed_ms > 0 then fact.gross_forward end,
    case when fact.observed_ms > 0 then fact.gross_backward end,
    coalesce(fact.observed_ms, 0), expected.ms, reading.coverage(coalesce(fact.observed_ms, 0), expected.ms),
    coalesce(fact.flags, 0)
  from reading.line
    cross join cell
    left join (
      select told.line_id, width_bucket(told.start, (select edge.starts from edge)) as n,
        sum(told.forward) as forward, sum(told.backward) as backward,
        sum(told.gross_forward) as gross_forward, sum(told.gross_backward) as gross_backward,
        sum(told.observed_ms) as observed_ms, bit_or(told.flags) as flags
      from reading.line as place
        join reading.line_quarter as told on told.line_id = place.line_id
      where place.site = p_site and told.start >= p_from and told.start < p_to
        and coalesce(place.commissioned && tstzrange(told.start, told.start + interval '15 minutes'), false)
      group by told.line_id, n
    ) as fact on fact.line_id = line.line_id and fact.n = cell.n
    cross join lateral (
      select reading.expected_ms(line.commissioned, cell.from_utc, cell.to_utc) as ms
      offset 0  -- evaluated once a row
    ) as expected
  where line.site = p_site;
end;
