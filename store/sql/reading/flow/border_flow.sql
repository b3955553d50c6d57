-- needs: reading.border, reading.sum_cells, reading.summed_lines
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
    case when total.coverage >= 0.5 then total.inward end, case when total.coverage >= 0.5 then total.outward end,
    total.coverage, array(select line from unnest(total.missing) as line order by line), coalesce(total.coverage < 0.9, false),
    case when total.coverage >= 0.5 then total.gross_inward end,
    case when total.coverage >= 0.5 then total.gross_outward end,
    greatest(cell.expected_ms - coalesce(total.missing_ms, 0), 0), cell.expected_ms, cell.partial
  from reading.border
    join reading.sum_cells(p_site, 'border', p_bucket, p_from, p_to, p_hours) as cell on cell.part = border.border
    left join reading.summed_lines(p_site, 'border', p_bucket, p_from, p_to, p_hours) as total
      on total.part = cell.part and total.start_utc = cell.start_utc
  where border.site = p_site and (p_borders is null or border.border = any (p_borders));
end;
