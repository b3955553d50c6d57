-- needs: reading.cells, reading.line_parts
-- What each line counted in each bucket that it has quarter-hours of; n as reading.cells numbers them. Which bucket a part
-- lies in is found by binary search among the bucket starts. A part that is all of its bucket isn't added to anything. (Types
-- are written out: else each row of the first half would be converted by a step of its own.)
create function reading.line_sums(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_lines text[]
)
returns table (
  line_id integer, n integer, forward bigint, backward bigint, gross_forward bigint, gross_backward bigint,
  observed_ms bigint, flags integer
)
language sql stable
begin atomic
  with edge as (
    select array_agg(cell.start_utc order by cell.n) as starts
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
  )
  select part.line_id, width_bucket(part.start, (select edge.starts from edge)), part.forward::bigint,
    part.backward::bigint, part.gross_forward::bigint, part.gross_backward::bigint, part.observed_ms::bigint, part.flags
  from reading.line_parts(p_site, p_bucket, p_from, p_to, p_hours, p_lines) as part
  where part.grain = p_bucket
  union all
  select part.line_id, width_bucket(part.start, (select edge.starts from edge)) as n,
    sum(part.forward), sum(part.backward), sum(part.gross_forward), sum(part.gross_backward),
    sum(part.observed_ms), bit_or(part.flags)
  from reading.line_parts(p_site, p_bucket, p_from, p_to, p_hours, p_lines) as part
  where part.grain <> p_bucket
  group by part.line_id, n;
end;
