-- Milliseconds of [p_from, p_to) that lie in a commissioned time. `reading.expected_ms` is the faster way to the same.
create function reading.commissioned_ms(p_commissioned tstzmultirange, p_from timestamptz, p_to timestamptz)
returns bigint
language sql immutable parallel safe
return (
  select coalesce(sum(extract(epoch from upper(part) - lower(part)) * 1000), 0)::bigint
  from unnest(p_commissioned * tstzmultirange(tstzrange(p_from, p_to))) as part
);
