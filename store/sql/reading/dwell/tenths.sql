-- Rounded to one decimal, halves upwards; the tolerance takes what is a half but for a rounding error as one. A good
-- deal faster than a cast to numeric, which goes by way of text.
create function reading.tenths(p_value double precision) returns numeric
language sql immutable parallel safe
return floor(p_value * 10 + (0.5 + 1e-9))::bigint * 0.1;
