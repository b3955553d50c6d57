-- Observed over expected time, never above 1; null where nothing was expected.
create function reading.coverage(p_observed_ms bigint, p_expected_ms bigint) returns numeric
language sql immutable parallel safe
return case
  when p_observed_ms >= p_expected_ms and p_expected_ms > 0 then 1.0000  -- most of them, without a division
  else round(least(p_observed_ms, p_expected_ms)::numeric / nullif(p_expected_ms, 0), 4)
end;
