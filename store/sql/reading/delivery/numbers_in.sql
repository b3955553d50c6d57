-- How many whole numbers are inside; null for a range without an end.
create function reading.numbers_in(p_ranges int8multirange)
returns bigint
language sql immutable strict parallel safe
begin atomic
  select coalesce(sum(upper(part) - lower(part)), 0)::bigint
  from unnest(p_ranges) as part;
end;
