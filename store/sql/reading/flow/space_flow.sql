-- needs: reading.space, reading.sum_cells, reading.summed_lines
-- Crossings into and out of each space in each bucket, over all main lines of its borders.
--
-- coverage is the smallest of the lines'; `missing` names those below 0.9, and the sum is then an estimate; below 0.5
-- there is no sum. Lines that were not commissioned in the bucket take no part. gross_inward and gross_outward count
-- turn-backs and sway too.
-- expected_ms: the time in which one of these lines was commissioned; observed_ms: that less the longest that one of them
-- missed of its own. partial: the bucket is cut by [p_from, p_to), or hasn't ended yet.
create function reading.space_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_spaces text[] default null
)
returns table (
  space text,
  start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  inward bigint, outward bigint, coverage numeric, missing text[], estimate boolean,
  gross_inward bigint, gross_outward bigint,
  observed_ms bigint, expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  select space.space, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when total.coverage >= 0.5 then total.inward end, case when total.coverage >= 0.5 then total.outward end,
    total.coverage, array(select line from unnest(total.missing) as line order by line), coalesce(total.coverage < 0.9, false),
    case when total.coverage >= 0.5 then total.gross_inward end,
    case when total.coverage >= 0.5 then total.gross_outward end,
    greatest(cell.expected_ms - coalesce(total.missing_ms, 0), 0), cell.expected_ms, cell.partial
  from reading.space
    join reading.sum_cells(p_site, 'space', p_bucket, p_from, p_to, p_hours) as cell on cell.part = space.space
    left join reading.summed_lines(p_site, 'space', p_bucket, p_from, p_to, p_hours) as total
      on total.part = cell.part and total.start_utc = cell.start_utc
  where space.site = p_site and (p_spaces is null or space.space = any (p_spaces));
end;
