-- The dwell in seconds by which p_share of the visits has ended; null where the life table never gets there.
--
-- p_ended: the share that has ended (1 - S) at each edge of the dwell bins, rising from 0. Linear within the bin.
-- The tolerance keeps a step that reaches the share exactly from being missed for a rounding error.
create function reading.dwell_quantile(p_ended double precision[], p_share double precision) returns numeric
language sql immutable parallel safe
return case when p_ended[cardinality(p_ended)] >= p_share - 1e-9 then round((
  (reading.dwell_edges())[width_bucket(p_share - 1e-9, p_ended)]
  + (
    (reading.dwell_edges())[width_bucket(p_share - 1e-9, p_ended) + 1]
    - (reading.dwell_edges())[width_bucket(p_share - 1e-9, p_ended)]
  ) * least(1, (p_share - p_ended[width_bucket(p_share - 1e-9, p_ended)]) / (
    p_ended[width_bucket(p_share - 1e-9, p_ended) + 1] - p_ended[width_bucket(p_share - 1e-9, p_ended)]
  ))
)::numeric, 1) end;
