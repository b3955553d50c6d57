-- needs: reading.sum_cells, reading.summed_lines
-- Entries to and exits from the site in each bucket: crossings of the main lines whose other side is outside.
--
-- coverage is the smallest of the lines'; `missing` names those below 0.9, and the sum is then an estimate; below 0.5
-- there is no sum. Lines that were not commissioned in the bucket take no part. Entries are crossings, not persons;
-- gross_entries and gross_exits count turn-backs and sway too.
-- expected_ms: the time in which one of these lines was commissioned; observed_ms: that less the longest that one of them
-- missed of its own. partial: the bucket is cut by [p_from, p_to), or hasn't ended yet.
create function reading.site_flow(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all'
)
returns table (
  start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  entries bigint, exits bigint, coverage numeric, missing text[], estimate boolean,
  gross_entries bigint, gross_exits bigint,
  observed_ms bigint, expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  select cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when total.coverage >= 0.5 then total.inward end, case when total.coverage >= 0.5 then total.outward end,
    total.coverage, array(select line from unnest(total.missing) as line order by line), coalesce(total.coverage < 0.9, false),
    case when total.coverage >= 0.5 then total.gross_inward end,
    case when total.coverage >= 0.5 then total.gross_outward end,
    greatest(cell.expected_ms - coalesce(total.missing_ms, 0), 0), cell.expected_ms, cell.partial
  from reading.sum_cells(p_site, 'site', p_bucket, p_from, p_to, p_hours) as cell
    left join reading.summed_lines(p_site, 'site', p_bucket, p_from, p_to, p_hours) as total
      on total.part = cell.part and total.start_utc = cell.start_utc;
end;
