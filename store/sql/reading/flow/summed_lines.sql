-- needs: reading.coverage, reading.line, reading.line_flow, reading.line_sums, reading.open_cells, reading.sum_lines
-- What the main lines of the site, its spaces or its borders (p_of, part: as reading.sum_lines) counted together in each
-- bucket in which one of them was commissioned. coverage is the smallest of the lines'; missing names those below 0.9, in
-- no order; missing_ms is the longest that one of them missed of its own time.
--
-- Lines that were commissioned all the time have one expected time a bucket, so their numbers are added up without a look
-- at each of their cells: a line that lacks quarter-hours of a bucket is noticed by the count of lines. The other lines go
-- by way of reading.line_flow. Both say the same of a line.
create function reading.summed_lines(
  p_site text, p_of text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text
)
returns table (
  part text, start_utc timestamptz, coverage numeric, missing text[], missing_ms bigint,
  inward bigint, outward bigint, gross_inward bigint, gross_outward bigint
)
language sql stable
begin atomic
  with side as materialized (
    select lines.part, known.line_id, lines.line, lines.forward_in,
      lines.commissioned @> tstzrange(p_from, greatest(p_from, p_to)) as whole
    from reading.sum_lines(p_site, p_of) as lines
      join reading.line as known on known.site = p_site and known.line = lines.line
  ),
  wanted as materialized (
    select side.part, count(*) as lines from side where side.whole group by side.part
  ),
  cell as materialized (
    select * from reading.open_cells(p_site, p_bucket, p_from, p_to, p_hours)
  ),
  expected as (
    select array_agg(cell.open_ms order by cell.n) as ms from cell
  ),
  counted as (
    select side.part, fact.n, count(*) as lines, min(fact.observed_ms) as least_ms, array_agg(side.line_id) as line_ids,
      array_agg(side.line) filter (
        where fact.observed_ms < (select expected.ms from expected)[fact.n]
          and reading.coverage(fact.observed_ms, (select expected.ms from expected)[fact.n]) < 0.9
      ) as missing,
      sum(case when side.forward_in then fact.forward else fact.backward end) filter (where fact.observed_ms > 0) as inward,
      sum(case when side.forward_in then fact.backward else fact.forward end) filter (where fact.observed_ms > 0) as outward,
      sum(case when side.forward_in then fact.gross_forward else fact.gross_backward end)
        filter (where fact.observed_ms > 0) as gross_inward,
      sum(case when side.forward_in then fact.gross_backward else fact.gross_forward end)
        filter (where fact.observed_ms > 0) as gross_outward
    from reading.line_sums(p_site, p_bucket, p_from, p_to, p_hours, null) as fact
      join side on side.line_id = fact.line_id and side.whole
    group by side.part, fact.n
  ),
  whole as (
    select wanted.part, cell.start_utc, reading.coverage(seen.least_ms, cell.open_ms) as coverage,
      counted.missing || seen.absent as missing, greatest(cell.open_ms - seen.least_ms, 0) as missing_ms,
      counted.inward, counted.outward, counted.gross_inward, counted.gross_outward
    from wanted
      cross join cell
      left join counted on counted.part = wanted.part and counted.n = cell.n
      cross join lateral (
        select
          case when counted.lines = wanted.lines then counted.least_ms else 0 end as least_ms,
          case when counted.lines is distinct from wanted.lines then array(
            select side.line
            from side
              left join unnest(counted.line_ids) as known (line_id) on known.line_id = side.line_id
            where side.part = wanted.part and side.whole and known.line_id is null
          ) end as absent
        offset 0
      ) as seen
    where cell.open_ms > 0
  ),
  other as (
    select side.part, flow.start_utc, min(flow.coverage) as coverage,
      array_agg(flow.line) filter (where flow.coverage < 0.9) as missing,
      max(greatest(flow.expected_ms - flow.observed_ms, 0)) as missing_ms,
      sum(case when side.forward_in then flow.forward else flow.backward end) as inward,
      sum(case when side.forward_in then flow.backward else flow.forward end) as outward,
      sum(case when side.forward_in then flow.gross_forward else flow.gross_backward end) as gross_inward,
      sum(case when side.forward_in then flow.gross_backward else flow.gross_forward end) as gross_outward
    from reading.line_flow(
        p_site, p_bucket, p_from, p_to, p_hours,
        coalesce((select array_agg(side.line) from side where not side.whole), '{}')
      ) as flow
      join side on side.line = flow.line and not side.whole
    where flow.expected_ms > 0
    group by side.part, flow.start_utc
  )
  select part, start_utc, least(whole.coverage, other.coverage), whole.missing || other.missing,
    greatest(whole.missing_ms, other.missing_ms)::bigint,
    coalesce(whole.inward + other.inward, whole.inward, other.inward)::bigint,
    coalesce(whole.outward + other.outward, whole.outward, other.outward)::bigint,
    coalesce(whole.gross_inward + other.gross_inward, whole.gross_inward, other.gross_inward)::bigint,
    coalesce(whole.gross_outward + other.gross_outward, whole.gross_outward, other.gross_outward)::bigint
  from whole
    full join other using (part, start_utc);
end;
