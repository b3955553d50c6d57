-- needs: reading.commissioned_ms
-- How long a line or zone should have been watched in [p_from, p_to), in milliseconds.
create function reading.expected_ms(p_commissioned tstzmultirange, p_from timestamptz, p_to timestamptz) returns bigint
language sql immutable parallel safe
return case
  when p_commissioned @> tstzrange(p_from, p_to) then (extract(epoch from p_to - p_from) * 1000)::bigint
  else reading.commissioned_ms(p_commissioned, p_from, p_to)
end;
