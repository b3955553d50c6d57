-- needs: reading.dwell_edges
-- Which edge of the dwell bins the threshold is, from 1. A dwell is known to its bin only, so that stays aren't known
-- at any other threshold: refused with SQLSTATE 22023.
create function reading.dwell_edge_number(p_threshold_s integer) returns integer
language plpgsql immutable parallel safe
as $$
declare
  number integer := array_position(reading.dwell_edges(), p_threshold_s);
begin
  if number > 1 then
    return number;
  end if;
  raise exception 'threshold_s is %, but dwell is known only to its bin: choose one of %',
    coalesce(p_threshold_s::text, 'null'), array_to_string((reading.dwell_edges())[2:], ', ')
    using errcode = 'invalid_parameter_value';
end;
$$;
