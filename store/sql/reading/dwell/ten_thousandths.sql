-- Rounded to four decimals, as reading.tenths rounds to one.
create function reading.ten_thousandths(p_value double precision) returns numeric
language sql immutable parallel safe
return floor(p_value * 10000 + (0.5 + 1e-9))::bigint * 0.0001;
