-- Whether numbers are corrected: all of the time that was observed, a part of it, or none (raw). Null where nothing was
-- observed.
create function reading.numbers_kind(p_corrected_ms bigint, p_observed_ms bigint) returns text
language sql immutable parallel safe
return case
  when p_observed_ms > 0 and p_corrected_ms >= p_observed_ms then 'corrected'
  when p_observed_ms > 0 and p_corrected_ms > 0 then 'partly'
  when p_observed_ms > 0 then 'raw'
end;
