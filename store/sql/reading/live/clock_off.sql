-- Whether what says it is of p_at differs too much from its arrival, by more than 120 s, to be shown as now: the device's
-- clock is wrong, or the message was late.
create function reading.clock_off(p_at timestamptz, p_received_at timestamptz) returns boolean
language sql immutable parallel safe
return abs(extract(epoch from p_at - p_received_at)) > 120;
