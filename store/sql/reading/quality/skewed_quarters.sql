-- needs: reading.is_skewed, reading.line_skew, reading.zone_skew
-- The quarter-hours of a site that a study by this bucket counts as unobserved, since a clock was off by more than a quarter
-- of the bucket; line or zone is null.
create function reading.skewed_quarters(p_site text, p_bucket text, p_from timestamptz, p_to timestamptz)
returns table (line text, zone text, start timestamptz, skew_s integer)
language sql stable
begin atomic
  select known.line, null::text, known.start, known.skew_s
  from reading.line_skew as known
  where known.site = p_site and known.start >= p_from and known.start < p_to and reading.is_skewed(known.skew_s, p_bucket)
  union all
  select null, known.zone, known.start, known.skew_s
  from reading.zone_skew as known
  where known.site = p_site and known.start >= p_from and known.start < p_to and reading.is_skewed(known.skew_s, p_bucket);
end;
