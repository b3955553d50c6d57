-- needs: reading.line, reading.line_flow, reading.space, reading.sum_cells
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
    left join (
      select side.space, flow.start_utc, min(flow.coverage) as coverage,
        max(greatest(flow.expected_ms - flow.observed_ms, 0)) as missing_ms,
        sum(case when side.forward_in then flow.forward else flow.backward end)::bigint as inward,
        sum(case when side.forward_in then flow.backward else flow.forward end)::bigint as outward,
        sum(case when side.forward_in then flow.gross_forward else flow.gross_backward end)::bigint as gross_inward,
        sum(case when side.forward_in then flow.gross_backward else flow.gross_forward end)::bigint as gross_outward,
        array_agg(flow.line) filter (where flow.coverage < 0.9) as missing
      from reading.line_flow(p_site, p_bucket, p_from, p_to, p_hours) as flow
        join reading.line on line.site = p_site and line.line = flow.line and line.role = 'main'
        cross join lateral (values (line.to_space, true), (line.from_space, false)) as side (space, forward_in)
      where flow.expected_ms > 0
      group by side.space, flow.start_utc
    ) as total on total.space = space.space and total.start_utc = cell.start_utc
  where space.site = p_site and (p_spaces is null or space.space = any (p_spaces));
end;
