-- needs: reading.corrected_line_flow, reading.sum_cells, reading.sum_lines
-- Corrected crossings into and out of the site, each of its spaces, or each of its borders (p_of: site, space or border),
-- over main lines: as reading.site_flow, reading.space_flow and reading.border_flow have the raw ones. part is the key of
-- the space or border, null of the site; of a border, inward is from its from_space to its to_space.
--
-- Sums of the lines' corrected numbers (reading.corrected_line_flow). Lines err independently of each other, so the
-- distances to the ends of their intervals add as squares. An interval is given where every line is corrected.
create function reading.corrected_sums(
  p_site text, p_of text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text default 'all',
  p_parts text[] default null
)
returns table (
  part text, start_utc timestamptz, end_utc timestamptz, start_local timestamp, utc_offset_s integer,
  inward numeric, inward_low numeric, inward_high numeric, outward numeric, outward_low numeric, outward_high numeric,
  raw_inward bigint, raw_outward bigint,
  coverage numeric, missing text[], estimate boolean, numbers text, corrected_by integer[],
  observed_ms bigint, expected_ms bigint, partial boolean
)
language sql stable
begin atomic
  with flow as (
    select side.part, flow.line, greatest(flow.expected_ms - flow.observed_ms, 0) as missing_ms,
      flow.start_utc, flow.coverage, flow.numbers, flow.corrected_by,
      case when side.forward_in then flow.forward else flow.backward end as inward,
      case when side.forward_in then flow.forward_low else flow.backward_low end as inward_low,
      case when side.forward_in then flow.forward_high else flow.backward_high end as inward_high,
      case when side.forward_in then flow.backward else flow.forward end as outward,
      case when side.forward_in then flow.backward_low else flow.forward_low end as outward_low,
      case when side.forward_in then flow.backward_high else flow.forward_high end as outward_high,
      case when side.forward_in then flow.raw_forward else flow.raw_backward end as raw_inward,
      case when side.forward_in then flow.raw_backward else flow.raw_forward end as raw_outward
    from reading.corrected_line_flow(p_site, p_bucket, p_from, p_to, p_hours) as flow
      join reading.sum_lines(p_site, p_of) as side on side.line = flow.line
    where flow.expected_ms > 0
  ),
  total as (
    select flow.part, flow.start_utc, min(flow.coverage) as coverage, max(flow.missing_ms) as missing_ms,
      sum(flow.inward) as inward, sum(flow.outward) as outward,
      sqrt(sum((flow.inward - flow.inward_low) ^ 2)) as inward_below,
      sqrt(sum((flow.inward_high - flow.inward) ^ 2)) as inward_above,
      sqrt(sum((flow.outward - flow.outward_low) ^ 2)) as outward_below,
      sqrt(sum((flow.outward_high - flow.outward) ^ 2)) as outward_above,
      sum(flow.raw_inward)::bigint as raw_inward, sum(flow.raw_outward)::bigint as raw_outward,
      array_agg(flow.line) filter (where flow.coverage < 0.9) as missing,
      bool_and(flow.numbers = 'corrected') as all_corrected, bool_and(flow.numbers = 'raw') as all_raw
    from flow
    group by flow.part, flow.start_utc
  ),
  by as (
    select flow.part, flow.start_utc, array_agg(distinct one.calibration order by one.calibration) as corrected_by
    from flow
      cross join lateral unnest(flow.corrected_by) as one (calibration)
    group by flow.part, flow.start_utc
  )
  select nullif(cell.part, ''), cell.start_utc, cell.end_utc, cell.start_local, cell.utc_offset_s,
    case when total.coverage >= 0.5 then total.inward end,
    case when total.coverage >= 0.5 and total.all_corrected then total.inward - total.inward_below end,
    case when total.coverage >= 0.5 and total.all_corrected then total.inward + total.inward_above end,
    case when total.coverage >= 0.5 then total.outward end,
    case when total.coverage >= 0.5 and total.all_corrected then total.outward - total.outward_below end,
    case when total.coverage >= 0.5 and total.all_corrected then total.outward + total.outward_above end,
    case when total.coverage >= 0.5 then total.raw_inward end,
    case when total.coverage >= 0.5 then total.raw_outward end,
    total.coverage, array(select line from unnest(total.missing) as line order by line), coalesce(total.coverage < 0.9, false),
    case
      when total.coverage < 0.5 or total.coverage is null then null
      when total.all_corrected then 'corrected'
      when total.all_raw then 'raw'
      else 'partly'
    end,
    case when total.coverage >= 0.5 then coalesce(by.corrected_by, '{}') else '{}' end,
    greatest(cell.expected_ms - coalesce(total.missing_ms, 0), 0), cell.expected_ms, cell.partial
  from reading.sum_cells(p_site, p_of, p_bucket, p_from, p_to, p_hours) as cell
    left join total on total.part = cell.part and total.start_utc = cell.start_utc
    left join by on by.part = cell.part and by.start_utc = cell.start_utc
  where p_parts is null or cell.part = any (p_parts);
end;
