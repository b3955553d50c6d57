-- What of these times lies whole between edges, such as whole days: p_edges are in order, each time has both ends.
create function reading.whole_between(p_edges timestamptz[], p_during tstzmultirange) returns tstzmultirange
language sql immutable parallel safe
return (
  select coalesce(range_agg(tstzrange(whole.first, whole.last)), '{}')
  from unnest(p_during) as part
    cross join lateral (
      select p_edges[width_bucket(lower(part) - interval '1 microsecond', p_edges) + 1] as first,
        p_edges[width_bucket(upper(part), p_edges)] as last
      offset 0
    ) as whole
  where whole.first < whole.last
);
