-- needs: reading.cells, reading.zone_parts
-- What was counted in each zone in each bucket that it has quarter-hours of; n as reading.cells numbers them. A part that is
-- all of its bucket isn't added to anything. (Types are written out: else each row of the first half would be converted by a
-- step of its own.)
create function reading.zone_sums(
  p_site text, p_bucket text, p_from timestamptz, p_to timestamptz, p_hours text, p_zones text[]
)
returns table (
  zone_id integer, n integer, entries bigint, appeared bigint, exits bigint, lost bigint, presence_s bigint,
  occupancy_max integer, observed_ms bigint, flags integer
)
language sql stable
begin atomic
  with edge as (
    select array_agg(cell.start_utc order by cell.n) as starts
    from reading.cells(p_site, p_bucket, p_from, p_to) as cell
  )
  select part.zone_id, width_bucket(part.start, (select edge.starts from edge)), part.entries::bigint,
    part.appeared::bigint, part.exits::bigint, part.lost::bigint, part.presence_s, part.occupancy_max,
    part.observed_ms::bigint, part.flags
  from reading.zone_parts(p_site, p_bucket, p_from, p_to, p_hours, p_zones) as part
  where part.grain = p_bucket
  union all
  select part.zone_id, width_bucket(part.start, (select edge.starts from edge)) as n, sum(part.entries),
    sum(part.appeared), sum(part.exits), sum(part.lost), sum(part.presence_s)::bigint, max(part.occupancy_max),
    sum(part.observed_ms), bit_or(part.flags)
  from reading.zone_parts(p_site, p_bucket, p_from, p_to, p_hours, p_zones) as part
  where part.grain <> p_bucket
  group by part.zone_id, n;
end;
