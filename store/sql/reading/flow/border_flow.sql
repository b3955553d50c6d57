-- needs: reading.border, reading.line, reading.line_flow, reading.sum_cells
-- Crossings of each border in each bucket, over its main lines; forward is from its from_space to its to_space.
--
-- coverage, `missing`, estimate, observed_ms, expected_ms and partial as of reading.space_flow; below a coverage of 0.5 there is no sum.
create function reading.border_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_borders text[] default null
)
returns table (
  border text,
  start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  forward bigint, backward bigint, coverage numeric, missing text[], estimate boolean,
  gross_forward bigint, gross_backward bigint,
  observed_ms bigint, expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  select border.border, cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when total.coverage >= 0.5 then total.forward end, case when total.coverage >= 0.5 then total.backward end,
    total.coverage, array(select line from unnest(total.missing) as line order by line), coalesce(total.coverage < 0.9, false),
    case when total.coverage >= 0.5 then total.gross_forward end,
    case when total.coverage >= 0.5 then total.gross_backward end,
    greatest(cell.expected_ms - coalesce(total.missing_ms, 0), 0), cell.expected_ms, cell.partial
  from reading.border
    join reading.sum_cells(p_site, 'border', p_bucket, p_from, p_to, p_hours) as cell on cell.part = border.border
    left join (
      select line.border, flow.start_utc, min(flow.coverage) as coverage,
        max(greatest(flow.expected_ms - flow.observed_ms, 0)) as missing_ms,
        sum(flow.forward)::bigint as forward, sum(flow.backward)::bigint as backward,
        sum(flow.gross_forward)::bigint as gross_forward, sum(flow.gross_backward)::bigint as gross_backward,
        array_agg(flow.line) filter (where flow.coverage < 0.9) as missing
      from reading.line_flow(p_site, p_bucket, p_from, p_to, p_hours) as flow
        join reading.line on line.site = p_site and line.line = flow.line and line.role = 'main'
      where flow.expected_ms > 0
      group by line.border, flow.start_utc
    ) as total on total.border = border.border and total.start_utc = cell.start_utc
  where border.site = p_site and (p_borders is null or border.border = any (p_borders));
end;
