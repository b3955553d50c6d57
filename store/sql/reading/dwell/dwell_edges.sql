-- Lower edges of the dwell bins in seconds; the last bin has no upper edge. The same as core/wire/limits.py says.
create function reading.dwell_edges() returns integer[]
language sql immutable parallel safe
return array[
  0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800,
  14400
];
